import { expect, test } from 'vitest';
import { periodOf, remainingAt } from './credit-balance.ts';

const now = new Date('2026-03-15T00:00:00.000Z');
const daily = { amount: 50, interval: 'DAILY' } as const;
const monthly = { amount: 50, interval: 'MONTHLY' } as const;

test('a period is the day in UTC', () => {
  expect(periodOf(new Date('2026-03-14T23:59:59.999Z'))).toBe('2026-03-14');
  expect(periodOf(now)).toBe('2026-03-15');
});

test.each([
  ['no refill', 3, '2026-02-28', null, 3], ['a daily refill of today', 3, '2026-03-15', daily, 3], ['a daily refill of yesterday', 3, '2026-03-14', daily, 50],
  ['a daily refill of less than there is', 70, '2026-03-14', daily, 70], ['a monthly refill of this month', 3, '2026-03-14', monthly, 3], ['a monthly refill of its first day', 3, '2026-03-01', monthly, 3],
  ['a monthly refill of last month', 3, '2026-02-28', monthly, 50], ['a monthly refill of last year', 3, '2025-03-15', monthly, 50],
  ['a refill of a day to come, as a clock that stepped back has it', 3, '2026-03-16', daily, 3],
])('with %s, a verification finds what it says', (_case, remaining, period, refill, found) => {
  expect(remainingAt({ remaining, period }, refill, now)).toBe(found);
});

test('where nothing was ever set, nothing is left', () => {
  expect(remainingAt(null, daily, now)).toBe(0);
});
