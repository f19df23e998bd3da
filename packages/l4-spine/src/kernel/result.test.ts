import { expect, test } from 'vitest';
import { ok, rejectForNow } from './result.ts';

test('an answer tells events where the handler has some, and says nothing of them where it has none', () => {
  const told = [{ type: 'book.added', payload: {} }];
  expect(ok(1)).toStrictEqual({ ok: true, value: 1 });
  expect(ok(1, told)).toStrictEqual({ ok: true, value: 1, events: told });
});

test('a rejection for now says when the same may succeed', () => {
  expect(rejectForNow('BUSY', 'Come later.', 30)).toStrictEqual({ ok: false, rejection: { code: 'BUSY', detail: 'Come later.', retryAfterSeconds: 30 } });
});
