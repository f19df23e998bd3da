import { expect, test } from 'vitest';
import { Batch } from './batch.ts';
import type { Meter, Taking } from './meter.ts';

const window = (name: string, but: Partial<Meter> = {}): Meter => ({ kind: 'SLIDING', scope: 'KEY', scopeId: 'key_1', name, limit: 3, windowMs: 1000, ...but });
const credits = (meterId: string, refill: Meter['refill'] = null): Meter => ({ ...window(''), kind: 'CREDITS', scopeId: meterId, limit: 0, windowMs: 0, refill });
const slots = (meterId: string): Meter => ({ ...window(''), kind: 'CONCURRENCY', scopeId: meterId, limit: 3, windowMs: 0 });
const taking = (tenantId: string, meters: readonly Meter[]): Taking => ({
  tenantId, keyId: 'key_1', meters, cost: 2, lease: meters.some(({ kind }) => kind === 'CONCURRENCY') ? { id: 'lse_1', seconds: 5 } : null,
});

test('meters are named in one order, in whatever order takings name them, and each once', () => {
  const one = [taking('tnt_2', [window('b'), credits('key_2')]), taking('tnt_1', [credits('key_1'), window('c'), slots('key_9'), slots('key_1')]), taking('tnt_1', [window('a')])];
  const named = (takings: readonly Taking[]): unknown => new Batch(takings).params().slice(0, 10);
  expect(named(one)).toStrictEqual([
    '{"tnt_1","tnt_1","tnt_2"}', '{"KEY:SLIDING:1000:a:key_1","KEY:SLIDING:1000:c:key_1","KEY:SLIDING:1000:b:key_1"}', '{1,1,1}', '{1000,1000,1000}',
    '{"tnt_1","tnt_2"}', '{"key_1","key_2"}', '{NULL,NULL}', '{NULL,NULL}', '{"tnt_1","tnt_1"}', '{"key_1","key_9"}',
  ]);
  expect(named([...one, ...one].toReversed())).toStrictEqual(named(one));
});

test('demands say which meter they are of, among windows, credits and slots in this order', () => {
  const batch = new Batch([taking('tnt_1', [slots('key_1'), window('z'), credits('key_1')]), taking('tnt_1', [window('a'), window('z')])]);
  expect(batch.params().slice(10)).toStrictEqual(['{3,5}', '{"lse_1",NULL}', '{"key_1","key_1"}', '{5000,NULL}', '{4,2,3,1,2}', '{3,3,0,3,3}', '{1,2,2,2,2}']);
  expect([0, 1, 2, 3, 4].map((demand) => batch.numberOf(demand))).toStrictEqual([4, 2, 3, 1, 2]);
  expect(batch.meterCount).toBe(4);
});

test('a window that is known by two limits has the coarser ticks, whichever is named first', () => {
  const [fine, coarse] = [window('a', { limit: 100, windowMs: 12_800 }), window('a', { limit: 1000, windowMs: 12_800 })];
  for (const meters of [[fine, coarse], [coarse, fine]]) {
    const batch = new Batch(meters.map((meter) => taking('tnt_1', [meter])));
    expect(batch.params().slice(2, 4)).toStrictEqual(['{100}', '{12899}']);
    expect(batch.expiryOf(1, 12_345)).toBe(12_300 + 12_899);
  }
});

test('credits that are known by several refills stand side by side, once by each, in whatever order takings name them', () => {
  const [daily, monthly] = [{ amount: 5, interval: 'DAILY' }, { amount: 40, interval: 'MONTHLY' }] as const;
  const takings = [credits('key_1', daily), credits('key_10'), credits('key_1'), credits('key_1', monthly), credits('key_1', daily), window('a')].map((meter) => taking('tnt_1', [meter]));
  const batch = new Batch(takings);
  expect(batch.params().slice(5, 8)).toStrictEqual(['{"key_1","key_1","key_1","key_10"}', '{NULL,40,5,NULL}', '{NULL,"month","day",NULL}']);
  expect([1, 2, 3, 4, 5].map((number) => batch.twinsOf(number))).toStrictEqual([[], [3, 4], [2, 4], [3, 2], []]);
  expect(new Batch(takings.toReversed()).params().slice(0, 10)).toStrictEqual(batch.params().slice(0, 10));
  expect(new Batch([taking('tnt_1', [credits('key_1', daily)]), taking('tnt_2', [credits('key_1')])]).twinsOf(1)).toStrictEqual([]);
});

test('what is taken of credits and slots does not stop counting by itself', () => {
  expect(new Batch([taking('tnt_1', [credits('key_1')])]).expiryOf(1, 12_345)).toBe(0);
});
