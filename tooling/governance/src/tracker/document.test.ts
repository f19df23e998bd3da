import { expect, test } from 'vitest';
import { logOf, trackerText } from './document.ts';

const row = { domain: 'tenant', invariants: ['BI-TENANT-001', 'BI-TENANT-002'], tests: '3 passed, 0 failed, 0 skipped', status: 'DONE', date: '2026-11-23T06:30:12Z', evidence: 'evidence/tenant/20261123T063012Z.json' } as const;

test('a row is its domain, its invariants, its tests, its status, its date and a link to its evidence', () => {
  expect(trackerText([row], [])).toContain(
    '\n| tenant | BI-TENANT-001, BI-TENANT-002 | 3 passed, 0 failed, 0 skipped | DONE | 2026-11-23T06:30:12Z | [20261123T063012Z.json](evidence/tenant/20261123T063012Z.json) |\n',
  );
});

test('the log that was written is the log that is read', () => {
  for (const log of [[], ['one'], ['one', 'two']]) expect(logOf(trackerText([row], log))).toEqual(log);
});

test('a document without a log, or with two, has none', () => {
  expect(logOf('# The tracker\n')).toBeNull();
  expect(logOf(trackerText([row], []) + trackerText([row], []))).toBeNull();
});
