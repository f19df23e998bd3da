import { expect, test } from 'vitest';
import { allowsIntegrationStep, changed, deleted, needsActiveTenant, UNPROBED } from './lifecycle.ts';
import type { Integration } from './rows.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const INTEGRATION: Integration = {
  tenantId: 'tnt_1', id: 'int_1', connectorType: 'OPENAI', name: 'a', nameFolded: 'a', config: {}, sealedCredential: 'sealed', dataKeyId: 'dek_1', credentialOrigin: 'https://a.example', status: 'ENABLED', health: 'HEALTHY',
  checkedAt: NOW, healthMessage: null, lastProbeOk: true, probedRevision: 2, createdBy: { plane: 'cus', id: 'key_1', name: 'x' }, createdAt: NOW, updatedAt: NOW, deletedAt: null, version: 3,
};
const STATUSES = ['CREATED', 'ENABLED', 'DISABLED', 'ERROR'] as const;

test('only what is ENABLED can be disabled', () => {
  expect(STATUSES.map((status) => allowsIntegrationStep({ status }, 'disable'))).toEqual(['the integration is CREATED', true, 'the integration is DISABLED', 'the integration is ERROR']);
});

test('what is DISABLED is not probed', () => {
  expect(STATUSES.map((status) => allowsIntegrationStep({ status }, 'probe'))).toEqual([true, true, 'the integration is DISABLED', true]);
});

test.each(['update', 'rotate_credential', 'delete'] as const)('%s is allowed in every state', (step) => {
  expect(STATUSES.map((status) => allowsIntegrationStep({ status }, step))).toEqual([true, true, true, true]);
});

test('only what takes something away is done for a tenant that is not ACTIVE', () => {
  expect((['disable', 'update', 'rotate_credential', 'delete', 'probe'] as const).map(needsActiveTenant)).toEqual([false, true, true, false, true]);
});

test('a change moves the version and the time, and a deletion destroys the credential', () => {
  const later = new Date('2026-03-02T12:00:00.000Z');
  expect(changed(INTEGRATION, { name: 'b', ...UNPROBED }, later)).toEqual({
    ...INTEGRATION, name: 'b', health: 'UNKNOWN', checkedAt: null, healthMessage: null, lastProbeOk: null, probedRevision: null, updatedAt: later, version: 4,
  });
  expect(deleted(INTEGRATION, later)).toEqual({ ...INTEGRATION, status: 'DISABLED', sealedCredential: null, dataKeyId: null, credentialOrigin: null, deletedAt: later, updatedAt: later, version: 4 });
});
