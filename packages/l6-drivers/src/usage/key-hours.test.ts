import { expect, test } from 'vitest';
import { textNumber } from '../database/text-number.ts';
import type { KeyHour } from './key-hour.ts';
import { KeyHours } from './key-hours.ts';

const hourOf = (keyId: string, but: Partial<KeyHour> = {}): KeyHour => ({ tenantId: 'tnt_1', keyId, hour: 1, counts: [], lastUsedMs: 0, address: null, ...but });

test('a key has one hour: a newer one takes its place, and the one before is answered', () => {
  const hours = new KeyHours();
  const [first, second] = [hourOf('key_1'), hourOf('key_1', { hour: 2 })];
  expect([hours.put(first), hours.put(second)]).toStrictEqual([undefined, first]);
  expect(hours.find('tnt_1', 'key_1')).toBe(second);
  expect([hours.size, hours.all()]).toStrictEqual([1, [second]]);
});

test('two keys with one number are told apart, as are two tenants that share the id of a key', () => {
  // Only the last characters of an id are in its number.
  const [one, other] = ['key_1_01234567', 'key_2_01234567'];
  expect(textNumber(one)).toBe(textNumber(other));
  const hours = new KeyHours();
  const put = [hourOf(one), hourOf(other), hourOf(one, { tenantId: 'tnt_2' }), hourOf('key_3')];
  for (const hour of put) expect(hours.put(hour)).toBe(undefined);
  for (const hour of put) expect(hours.find(hour.tenantId, hour.keyId)).toBe(hour);
  expect([hours.find('tnt_2', other), hours.find('tnt_1', 'key_3_01234567')]).toStrictEqual([undefined, undefined]);
  expect([hours.size, new Set(hours.all())]).toStrictEqual([4, new Set(put)]);

  const newer = hourOf(one, { hour: 2 });
  expect(hours.put(newer)).toBe(put[0]);
  expect([hours.find('tnt_1', one), hours.find('tnt_1', other), hours.find('tnt_2', one), hours.size]).toStrictEqual([newer, put[1], put[2], 4]);
  expect(new Set(hours.all())).toStrictEqual(new Set([newer, ...put.slice(1)]));
});
