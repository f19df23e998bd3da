import { expect, test } from 'vitest';
import { ok } from './result.ts';

test('an answer tells events where the handler has some, and says nothing of them where it has none', () => {
  const told = [{ type: 'book.added', payload: {} }];
  expect(ok(1)).toStrictEqual({ ok: true, value: 1 });
  expect(ok(1, told)).toStrictEqual({ ok: true, value: 1, events: told });
});
