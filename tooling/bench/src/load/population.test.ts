import { expect, test } from 'vitest';
import { expectedOf, expectedOfNone, idOf, isSuspended, stateOf, type Description } from './population.ts';

const KEYS = 10_000;
const hoc: Description = { dialect: 'HOC', keys: KEYS, unknown: 0, tokenBytes: 62, tenantIds: Array.from({ length: 50 }, (_, number) => idOf('tnt', number)), malformed: [] };

test('about one key in twenty is not valid, in each of four ways', () => {
  const counts: Record<string, number> = {};
  for (let number = 0; number < KEYS; number += 1) counts[stateOf(number)] = (counts[stateOf(number)] ?? 0) + 1;
  expect(counts['VALID']).toBeGreaterThan(KEYS * 0.93);
  expect(counts['VALID']).toBeLessThan(KEYS * 0.97);
  expect(Object.keys(counts).toSorted()).toEqual(['EXPIRED', 'FROZEN', 'PROJECT_NOT_ACTIVE', 'REVOKED', 'VALID']);
});

test('what is wrong with a key is told before what is wrong with its tenant, and that before its project', () => {
  const verdicts = new Set<string>();
  for (let number = 0; number < KEYS; number += 1) {
    if (isSuspended(number % hoc.tenantIds.length)) verdicts.add(`${stateOf(number)} ${expectedOf(hoc, number).code}`);
  }
  expect([...verdicts].toSorted()).toEqual([
    'EXPIRED EXPIRED', 'FROZEN FROZEN', 'PROJECT_NOT_ACTIVE TENANT_NOT_ACTIVE', 'REVOKED REVOKED', 'VALID TENANT_NOT_ACTIVE',
  ]);
});

test('a peer knows valid and not', () => {
  const peer: Description = { ...hoc, dialect: 'PEER', tenantIds: [] };
  for (let number = 0; number < 1000; number += 1) {
    expect(expectedOf(peer, number)).toEqual(stateOf(number) === 'VALID' ? { code: 'VALID', keyId: idOf('key', number), tenantId: null } : { code: 'INVALID', keyId: null, tenantId: null });
  }
  expect([expectedOfNone(peer, 'UNKNOWN').code, expectedOfNone(hoc, 'UNKNOWN').code, expectedOfNone(hoc, 'MALFORMED').code]).toEqual(['INVALID', 'NOT_FOUND', 'MALFORMED']);
});

test('ids are of HOC\'s form, and no two are alike', () => {
  const ids = Array.from({ length: 2000 }, (_, number) => idOf('key', number * 2503));
  for (const id of ids) expect(id).toMatch(/^key_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
  expect(new Set(ids).size).toBe(ids.length);
});
