import { expect, test } from 'vitest';
import { readableStamp, STAMP, stampOf } from './stamp.ts';

test('a stamp is UTC to the second, sorts as text, and reads back', () => {
  const stamp = stampOf(new Date('2026-11-23T06:30:12.987Z'));
  expect(stamp).toBe('20261123T063012Z');
  expect(stamp).toMatch(new RegExp(`^${STAMP}$`));
  expect(readableStamp(stamp)).toBe('2026-11-23T06:30:12Z');
  expect(stamp < stampOf(new Date('2026-11-23T06:30:13Z'))).toBe(true);
});
