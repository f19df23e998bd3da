import type { Denial, Result } from '@hoc/l4-spine/kernel/result';
import { expect, test } from 'vitest';
import { createTenant } from './create-tenant.ts';

interface Sent { readonly method: string; readonly tenantId?: string | undefined; readonly idempotencyKey?: string | undefined }

const tenant = { id: 'tnt_1', status: 'CREATING' };
const fresh = { tenant: { ...tenant, status: 'ACTIVE' }, managementKey: { id: 'key_1', token: 'hoc_live_x' } };
const told = { tenant: { ...tenant, status: 'ACTIVE' }, managementKey: { id: 'key_1', token: null, tokenShown: true } };

const ok = (value: unknown, replayed = false): Result<unknown> => ({ ok: true, value, replayed, requestId: 'r' });
const denied = (code: string, status: number): Result<unknown> => ({ ok: false, denial: { code, status, detail: '', requestId: 'r' } });

async function run(answers: Readonly<Record<string, Result<unknown>>>): Promise<{ result: Result<unknown>; sent: Sent[] }> {
  const sent: Sent[] = [];
  const result = await createTenant.run({
    input: { name: 'a' }, tenantId: undefined, idempotencyKey: 'k', requestId: 'r', errorsIn: () => [],
    execute: ([, method], { tenantId, idempotencyKey }) => {
      sent.push({ method, tenantId, idempotencyKey });
      return Promise.resolve(answers[method] ?? denied('UNEXPECTED', 500));
    },
  });
  return { result, sent };
}

const codeOf = (result: Result<unknown>): Denial['code'] | null => (result.ok ? null : result.denial.code);

test('a new tenant is created and provisioned under the one key of the caller, and the answer has the token', async () => {
  const { result, sent } = await run({ create_tenant: ok(tenant), provision_tenant: ok(fresh) });
  expect(result).toMatchObject({ ok: true, value: fresh });
  expect(sent).toEqual([
    { method: 'create_tenant', tenantId: undefined, idempotencyKey: 'k' },
    { method: 'provision_tenant', tenantId: 'tnt_1', idempotencyKey: 'k' },
  ]);
});

test('a tenant that is not created is not provisioned', async () => {
  const { result, sent } = await run({ create_tenant: denied('INVARIANT_VIOLATION', 422) });
  expect(codeOf(result)).toBe('INVARIANT_VIOLATION');
  expect(sent).toHaveLength(1);
});

test('a replay finishes the provisioning that is still owed, and answers its token', async () => {
  const { result } = await run({ create_tenant: ok(tenant, true), provision_tenant: ok(fresh) });
  expect(result).toMatchObject({ ok: true, value: fresh });
});

test('a replay of both answers the first answer, without the token', async () => {
  const { result } = await run({ create_tenant: ok(tenant, true), provision_tenant: ok(told, true) });
  expect(result).toMatchObject({ ok: true, value: told });
});

test.each(['INVARIANT_VIOLATION', 'ALREADY_PROVISIONED'])('a replay for a tenant that was provisioned otherwise (%s) tells of its key, without the token', async (code) => {
  const { result, sent } = await run({ create_tenant: ok(tenant, true), provision_tenant: denied(code, 409), get_provisioning: ok(told) });
  expect(result).toMatchObject({ ok: true, value: told });
  expect(sent.at(-1)).toEqual({ method: 'get_provisioning', tenantId: 'tnt_1', idempotencyKey: undefined });
});

test.each([
  ['an outage', denied('UNAVAILABLE', 503)],
  ['a provisioning in flight', denied('IDEMPOTENCY_IN_FLIGHT', 409)],
])('%s is answered as it is', async (_, answer) => {
  const { result, sent } = await run({ create_tenant: ok(tenant, true), provision_tenant: answer, get_provisioning: ok(told) });
  expect(result).toBe(answer);
  expect(sent).toHaveLength(2);
});

test('the refusal of a first provisioning is not hidden, nor that of a tenant that has no key yet', async () => {
  const refused = denied('INVARIANT_VIOLATION', 409);
  expect((await run({ create_tenant: ok(tenant), provision_tenant: refused, get_provisioning: ok(told) })).result).toBe(refused);
  expect((await run({ create_tenant: ok(tenant, true), provision_tenant: refused, get_provisioning: denied('NOT_FOUND', 404) })).result).toBe(refused);
});
