import { PERMISSIONS_OF_PLANE } from '@hoc/l5-engines/api-keys/permissions-catalog';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { definitionsOf, invariants, LOCK_ORDER, operations } from './catalogue.ts';
import { Registry } from './kernel/registry.ts';
import type { Storage } from './kernel/ports.ts';

const all = operations({ describe: () => [], defaultMode: 'STRICT' });
const writes = all.filter((operation) => operation.kind === 'write');
const label = ({ address }: { readonly address: readonly string[] }): string => address.join(' ');

test('the registry takes it: every rule is reached, every write is guarded or exempt with a reason, every lock has its place', () => {
  // Freezing asks nothing of storage.
  const storage = { hasOutbox: true } as Storage<unknown, unknown, unknown>;
  const registry = new Registry({ storage, lockOrder: LOCK_ORDER, newViolationId: () => 'vio_1', fingerprints: (request) => [request], reporter: { failure: () => {} } });
  expect(() => registry.register(definitionsOf(() => [])).freeze()).not.toThrow();
});

test('the invariants are exactly those of the design, anchors and severities included', () => {
  expect(invariants.map(({ id, guards, severity, status, kind }) => `${id} ${guards.join(',')} ${severity} ${status} ${kind}`)).toEqual([
    'BI-TENANT-001 project.create CRITICAL 409 state',
    'BI-TENANT-002 tenant.create HIGH 422 transition',
    'BI-TENANT-003 tenant.delete HIGH 409 transition',
    'BI-TENANT-004 tenant.transition,tenant.delete CRITICAL 409 transition',
    'BI-TENANT-005 tenant.delete CRITICAL 500 state',
    'BI-TENANT-006 project.create HIGH 409 transition',
    'BI-TENANT-007 project.archive HIGH 409 transition',
    'BI-TENANT-008 tenant.provision HIGH 409 transition',
    'BI-TENANT-009 tenant.set_rate_limits,tenant.set_owner_rate_limits HIGH 409 transition',
    'BI-ONBOARD-001 onboarding.activate CRITICAL 409 transition',
    'BI-ONBOARD-002 onboarding.advance HIGH 409 transition',
    'BI-APIKEY-001 api_key.create,api_key.rotate,api_key.unfreeze,api_key.undo_rotation CRITICAL 409 state',
    'BI-APIKEY-002 api_key.create HIGH 409 state',
    'BI-APIKEY-003 api_key.create,api_key.rotate,api_key.update CRITICAL 403 transition',
    'BI-APIKEY-004 api_key.revoke,api_key.freeze,api_key.unfreeze,api_key.rotate,api_key.undo_rotation HIGH 409 transition',
    'BI-APIKEY-005 api_key.create,api_key.rotate CRITICAL 409 state',
    'BI-INTEG-001 integration.enable HIGH 422 state',
    'BI-INTEG-002 integration.disable HIGH 409 transition',
    'BI-INTEG-003 integrations.query MEDIUM 400 transition',
    'BI-INTEG-004 integration.create,integration.enable CRITICAL 409 transition',
    'BI-INTEG-005 integration.update,integration.rotate_credential,integration.delete,integration.probe HIGH 409 transition',
    'BI-WEBHOOK-001 webhook.create HIGH 409 transition',
    'BI-USAGE-001 usage.query MEDIUM 400 transition',
  ]);
});

test('each rule brings the facts that it is judged on, or that the handler moves, under the locks of the design', () => {
  expect(Object.fromEntries(invariants.map(({ id, needs }) => [id, needs.map(({ name, lock }) => `${name} ${lock}`).join(', ')]))).toEqual({
    'BI-TENANT-001': 'tenant share',
    'BI-TENANT-002': 'organization share',
    'BI-TENANT-003': 'tenant update, liveKeyCounts update',
    'BI-TENANT-004': 'tenant update',
    'BI-TENANT-005': 'liveKeys none',
    'BI-TENANT-006': 'tenant share, activeProjectCount update',
    'BI-TENANT-007': 'activeProjectCount update, project update',
    'BI-TENANT-008': 'tenant update',
    'BI-TENANT-009': 'tenant update',
    'BI-ONBOARD-001': 'tenant update, onboardingEvidence share',
    'BI-ONBOARD-002': 'tenant update, stepEvidence share, onboarding none',
    'BI-APIKEY-001': 'tenant share',
    'BI-APIKEY-002': 'tenant share, liveKeyCount update',
    'BI-APIKEY-003': 'grantor none, key update',
    'BI-APIKEY-004': 'key update',
    'BI-APIKEY-005': 'project share',
    'BI-INTEG-001': 'connectorType share, integration update',
    'BI-INTEG-002': 'integration update',
    'BI-INTEG-003': '',
    'BI-INTEG-004': 'tenant share',
    'BI-INTEG-005': 'tenant share, integration update',
    'BI-WEBHOOK-001': 'tenant share',
    'BI-USAGE-001': '',
  });
});

test.each(invariants.map(({ id, condition, remediation }) => [id, condition, remediation] as const))(
  '%s says in sentences what it demands, and what to do about a breach',
  (_id, condition, remediation) => {
    for (const said of [condition, remediation]) expect(said).toMatch(/^[A-Z].*[^.]\.$/);
  },
);

test('who is guarded by what, and who is not', () => {
  expect(Object.fromEntries(writes.map((write) => [label(write), write.invariants.map(({ id }) => id).join(' ')]))).toEqual({
    'account.write create_organization': '',
    'account.write create_tenant': 'BI-TENANT-002',
    'account.write provision_tenant': 'BI-TENANT-008',
    'account.write suspend_tenant': 'BI-TENANT-004',
    'account.write resume_tenant': 'BI-TENANT-004',
    'account.write terminate_tenant': 'BI-TENANT-003 BI-TENANT-004 BI-TENANT-005',
    'account.write archive_tenant': 'BI-TENANT-004',
    'account.write create_project': 'BI-TENANT-001 BI-TENANT-006',
    'account.write archive_project': 'BI-TENANT-007',
    'account.write create_token': '',
    'account.write revoke_token': '',
    'account.write bootstrap_operator': '',
    'account.write rewrap_data_keys': '',
    'account.write set_rate_limits': 'BI-TENANT-009',
    'account.write set_owner_rate_limits': 'BI-TENANT-009',
    'account_onboarding.write request_confirmation': 'BI-ONBOARD-002',
    'account_onboarding.write confirm_contact': 'BI-ONBOARD-002',
    'account_onboarding.write advance': 'BI-ONBOARD-002',
    'account_onboarding.write create_challenge': 'BI-ONBOARD-002',
    'account_onboarding.write attest_sdk': 'BI-ONBOARD-002',
    'account_onboarding.write complete': 'BI-ONBOARD-001',
    'account_onboarding.write force_complete': 'BI-ONBOARD-002',
    'api_keys.write create': 'BI-APIKEY-001 BI-APIKEY-002 BI-APIKEY-003 BI-APIKEY-005',
    'api_keys.write revoke': 'BI-APIKEY-004',
    'api_keys.write rotate': 'BI-APIKEY-001 BI-APIKEY-003 BI-APIKEY-004 BI-APIKEY-005',
    'api_keys.write undo_rotation': 'BI-APIKEY-001 BI-APIKEY-004',
    'api_keys.write update': 'BI-APIKEY-003',
    'api_keys.write freeze': 'BI-APIKEY-004',
    'api_keys.write unfreeze': 'BI-APIKEY-001 BI-APIKEY-004',
    'governance.write set_mode': '',
    'governance.write set_degraded': '',
    'integrations.write create': 'BI-INTEG-004',
    'integrations.write update': 'BI-INTEG-005',
    'integrations.write enable': 'BI-INTEG-001 BI-INTEG-004',
    'integrations.write disable': 'BI-INTEG-002',
    'integrations.write probe': 'BI-INTEG-005',
    'integrations.write rotate_credential': 'BI-INTEG-005',
    'integrations.write delete': 'BI-INTEG-005',
    'connector_types.write put': '',
    'connector_types.write remove': '',
    'webhooks.write create': 'BI-WEBHOOK-001',
    'webhooks.write update': '',
    'webhooks.write delete': '',
    'webhooks.write rotate_secret': '',
    'webhooks.write replay': '',
    'installation.write open': '',
  });
});

test('of the reads, those of integrations and of usage alone have a rule', () => {
  const guarded = all.flatMap((operation) => (operation.kind === 'read' && 'invariants' in operation ? [`${label(operation)} ${operation.anchor} ${operation.invariants?.map(({ id }) => id).join(' ')}`] : []));
  expect(guarded).toEqual([
    ...['list', 'get', 'health', 'due'].map((method) => `integrations.query ${method} integrations.query BI-INTEG-003`),
    ...['tenant', 'key'].map((method) => `usage.query ${method} usage.query BI-USAGE-001`),
  ]);
});

test('api_keys.write list is dispatchable, and a read', () => {
  expect(all.find(({ address }) => label({ address }) === 'api_keys.write list')).toMatchObject({ kind: 'read', anchor: null });
});

test('while the installation is degraded only protective steps work', () => {
  expect(writes.filter(({ whenDegraded }) => whenDegraded === 'allowed').map(({ address }) => address[1])).toEqual([
    'suspend_tenant', 'terminate_tenant', 'archive_tenant', 'archive_project', 'revoke_token', 'bootstrap_operator', 'rewrap_data_keys', 'set_rate_limits', 'revoke', 'freeze', 'set_mode', 'set_degraded', 'disable', 'delete', 'remove', 'delete', 'rotate_secret', 'open',
  ]);
});

test('every permission is one that the principals of its planes can hold, but for those of a starting server, and what a service key alone may do', () => {
  const unknown = all.flatMap(({ address, planes, permission }) =>
    planes.filter((plane) => permission !== null && !PERMISSIONS_OF_PLANE[plane].some((known) => known === permission)).map((plane) => `${label({ address })} ${plane} ${permission}`),
  );
  expect(unknown).toEqual([
    'account.write bootstrap_operator fdr hoc:installation.open', 'account_onboarding.write attest_sdk cus hoc:onboarding.attest', 'installation.write open fdr hoc:installation.open',
  ]);
});

test('every permission that can be held opens something', () => {
  const asked = new Set<string | null>(all.map(({ permission }) => permission));
  expect(Object.values(PERMISSIONS_OF_PLANE).flat().filter((permission) => !asked.has(permission))).toEqual([]);
});

test('authentication alone is open to those who are nobody yet', () => {
  expect(all.filter(({ planes }) => planes.length === 0).map(label)).toEqual(['auth.query authenticate', 'auth.query authenticate_service_key']);
});

describe('what documents are made of', () => {
  test.each(all.map((operation) => [label(operation), operation] as const))('%s: input and output can be told as JSON Schema, and the input refuses unknown keys', (_, { input, output }) => {
    expect(z.toJSONSchema(input, { io: 'input' })).toMatchObject({ type: 'object', additionalProperties: false });
    expect(z.toJSONSchema(output, { io: 'output' })).toMatchObject({ type: 'object' });
  });
});

describe('the answer that carries a token', () => {
  const carriers = writes.filter(({ output }) => JSON.stringify(z.toJSONSchema(output)).includes('"token"'));
  test('is never stored for replays', () => {
    expect(carriers.map(({ address }) => address[1])).toEqual(['provision_tenant', 'create_token', 'create', 'rotate']);
    expect(carriers.every((operation) => 'replay' in operation && operation.replay !== undefined)).toBe(true);
  });
});
