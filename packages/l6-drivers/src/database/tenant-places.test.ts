import { expect, test } from 'vitest';
import { OutageError } from './outage.ts';
import { TenantPlaces } from './tenant-places.ts';

/** Whether a promise is kept before the turn of the event loop ends: nothing else can keep it later. */
const isKept = async (promise: Promise<unknown>): Promise<boolean> => {
  let kept = false;
  void promise.then(() => (kept = true), () => {});
  await new Promise(setImmediate);
  return kept;
};

test('a tenant has so many places and no more; who waits comes in when one is given back, in the order of coming', async () => {
  const places = new TenantPlaces({ places: 2, timeoutMs: 60_000 });
  const [first, second] = [await places.take('tnt_1'), await places.take('tnt_1')];
  const [third, fourth] = [places.take('tnt_1'), places.take('tnt_1')];
  expect([await isKept(third), await isKept(fourth)]).toStrictEqual([false, false]);
  second();
  expect([await isKept(third), await isKept(fourth)]).toStrictEqual([true, false]);
  first();
  expect(await isKept(fourth)).toBe(true);
});

test('what one tenant does keeps no other waiting', async () => {
  const places = new TenantPlaces({ places: 1, timeoutMs: 60_000 });
  await places.take('tnt_1');
  expect(await isKept(places.take('tnt_1'))).toBe(false);
  expect(await isKept(places.take('tnt_2'))).toBe(true);
});

test('a place that is given back twice is one place', async () => {
  const places = new TenantPlaces({ places: 1, timeoutMs: 60_000 });
  const first = await places.take('tnt_1');
  const second = places.take('tnt_1');
  const third = places.take('tnt_1');
  first();
  first();
  expect([await isKept(second), await isKept(third)]).toStrictEqual([true, false]);
  (await second)();
  expect(await isKept(third)).toBe(true);
  (await third)();
  (await places.take('tnt_1'))();
});

test('who waits too long is told that it is an outage, and loses the place in the line', async () => {
  const places = new TenantPlaces({ places: 1, timeoutMs: 1 });
  const first = await places.take('tnt_1');
  const late = places.take('tnt_1');
  await expect(late).rejects.toBeInstanceOf(OutageError);
  await expect(late).rejects.toThrow('the tenant was busy for 1 ms');
  first();
  expect(await isKept(places.take('tnt_1'))).toBe(true);
});
