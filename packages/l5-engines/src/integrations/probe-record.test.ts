import { expect, test } from 'vitest';
import { recordOf } from './probe-record.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const STATUSES = ['CREATED', 'ENABLED', 'DISABLED', 'ERROR'] as const;

test('what a target says changes the health, never the status', () => {
  for (const status of STATUSES) {
    for (const health of ['HEALTHY', 'DEGRADED', 'FAILING'] as const) {
      expect(recordOf({ status }, { performed: true, ok: health === 'HEALTHY', health, message: 'why' }, NOW)).toEqual({
        status, health, healthMessage: 'why', lastProbeOk: health === 'HEALTHY', checkedAt: NOW,
      });
    }
  }
});

test('what cannot be used takes an ENABLED integration to ERROR, and no other anywhere', () => {
  expect(STATUSES.map((status) => recordOf({ status }, { performed: true, unusable: 'why' }, NOW)?.status)).toEqual(['CREATED', 'ERROR', 'DISABLED', 'ERROR']);
  expect(recordOf({ status: 'ENABLED' }, { performed: true, unusable: 'why' }, NOW)).toMatchObject({ health: 'FAILING', healthMessage: 'why', lastProbeOk: false });
});

test('a request that was not sent is no finding', () => {
  expect(recordOf({ status: 'ENABLED' }, { performed: false, message: 'busy' }, NOW)).toBeNull();
});
