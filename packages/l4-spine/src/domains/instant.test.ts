import { expect, test } from 'vitest';
import { instant, instantOut } from './instant.ts';

test.each([
  ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
  ['2026-01-01T02:00:00.5+02:00', '2026-01-01T00:00:00.500Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is an instant, and is told as %s', (given, told) => {
  const at = instant.parse(given).toISOString();
  expect(at).toBe(told);
  expect(instantOut.parse(at)).toBe(told);
});

test.each([
  ['2026-01-01'], ['2026-01-01T00:00:00'], ['2026-02-30T00:00:00Z'], ['2026-01-01T25:00:00Z'], ['0000-01-01T00:00:00Z'], ['1969-12-31T23:59:59Z'],
  ['9999-12-31T23:59:59-01:00'], ['+010000-01-01T00:00:00Z'], ['soon'], [''], [1_700_000_000_000], [null], [new Date()],
])('%j is no instant that every store can hold', (given) => {
  expect(instant.safeParse(given).success).toBe(false);
});

test('what is no instant hears once what would be, and what is missing that it is', () => {
  const messages = (given: unknown): readonly string[] | undefined => instant.safeParse(given, { error: ({ input }) => (input === undefined ? 'is missing' : undefined) }).error?.issues.map(({ message }) => message);
  expect(messages('yesterday')).toEqual(['must be a time with its zone, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00']);
  expect(messages('1969-12-31T23:59:59Z')).toEqual(['must lie between the years 1970 and 9999']);
  expect(messages(undefined)).toEqual(['is missing']);
});
