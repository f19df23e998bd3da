import { BACKENDS } from '@hoc/testbed/databases';
import { sentContactToken } from '@hoc/testbed/contact-token';
import { startProvider, type TestProvider } from '@hoc/testbed/provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemsOf, textAt } from './client.ts';
import { connect } from './newcomer.ts';
import { createWorld, newKey, type World } from './world.ts';

describe.each(BACKENDS)('onboarding over HTTP, on %s', (backend) => {
  let world: World;
  let provider: TestProvider;
  /** How far the server's clock is ahead, in milliseconds. */
  let aheadMs = 0;

  beforeAll(async () => {
    provider = await startProvider();
    world = await createWorld(backend, () => new Date(Date.now() + aheadMs), provider.options);
  });
  afterAll(async () => {
    await world.close();
    await provider.close();
  });

  test('a fresh tenant comes to COMPLETE with its own keys and its own mail; no operator has done a thing since it was made', async () => {
    const tenant = await world.newTenant('FREE');
    const { keyId } = await connect(world, tenant);
    const early = await tenant.admin.post('/v1/onboarding/complete');
    expect([early.status, early.body]).toMatchObject([409, { invariantId: 'BI-ONBOARD-001', severity: 'CRITICAL' }]);
    expect(early.text).toContain('connector_validated');
    const made = await tenant.admin.post('/v1/integrations', { connectorType: 'HTTP', name: 'provider', config: { url: provider.url }, credential: 'the provider knows it' });
    const integrationId = textAt(made, 'id');
    expect((await tenant.admin.post(`/v1/integrations/${integrationId}/enable`)).body).toMatchObject({ status: 'ENABLED' });
    expect((await tenant.admin.get('/v1/onboarding')).body).toMatchObject({ nextStep: { method: 'complete', isReady: false } });
    expect((await tenant.admin.post(`/v1/integrations/${integrationId}/probe`)).body).toMatchObject({ status: 'ENABLED', health: 'HEALTHY' });
    expect((await tenant.admin.get('/v1/onboarding')).body).toMatchObject({ nextStep: { leadsTo: 'COMPLETE', method: 'complete', isReady: true } });
    const done = await tenant.admin.post('/v1/onboarding/complete');
    expect([done.status, done.body]).toMatchObject([200, { state: 'COMPLETE', completedBy: { plane: 'cus', id: tenant.managementKeyId } }]);
    expect((await tenant.admin.get('/v1/onboarding')).body).toMatchObject({
      state: 'COMPLETE', nextStep: null,
      predicates: [{ name: 'project_ready', holds: true }, { name: 'key_ready', evidence: [keyId] }, { name: 'connector_validated', evidence: [integrationId] }, { name: 'sdk_attested', missing: null }],
      evidence: [{ kind: 'CONTACT_CONFIRMED' }, { kind: 'SERVICE_KEY_CREATED', subject: keyId }, { kind: 'SDK_ATTESTED' }, { kind: 'PREDICATES_HELD' }],
      contactConfirmation: { address: 'ops@acme.example' },
    });
    const entries = itemsOf(await tenant.admin.get('/v1/audit?limit=200'));
    expect(entries.filter(({ actor }) => JSON.stringify(actor).includes('"fdr"')).map(({ method }) => method)).toEqual(['provision_tenant']);
  });

  test('a token of another confirmation is as good as the first, for 24 hours, once; the answer to the request never holds it', async () => {
    const tenant = await world.newTenant();
    const first = await sentContactToken(world.server, tenant.id);
    const asked = await tenant.admin.post('/v1/onboarding/contact-confirmations');
    expect([asked.status, asked.body]).toMatchObject([200, { address: 'ops@acme.example', usedAt: null }]);
    const second = await sentContactToken(world.server, tenant.id);
    expect(second).not.toBe(first);
    for (const token of [first, second]) expect(asked.text).not.toContain(token);
    const confirm = (token: string) => tenant.admin.post('/v1/onboarding/confirm-contact', { token });
    const refused = await confirm(`${second}x`);
    expect([refused.status, refused.body]).toMatchObject([409, { invariantId: 'BI-ONBOARD-002' }]);
    aheadMs += 24 * 3_600_000;
    expect((await confirm(second)).body).toMatchObject({ status: 409, detail: (refused.body as { detail: string }).detail }); // a problem: checked by the client
    await tenant.admin.post('/v1/onboarding/contact-confirmations');
    expect((await confirm(await sentContactToken(world.server, tenant.id))).status).toBe(200);
    expect((await tenant.admin.post('/v1/onboarding/contact-confirmations')).body).toMatchObject({ status: 409, invariantId: 'BI-ONBOARD-002' });
  });

  test('a key that was made before the contact was confirmed counts by advance', async () => {
    const tenant = await world.newTenant();
    await newKey(tenant);
    await tenant.admin.post('/v1/onboarding/confirm-contact', { token: await sentContactToken(world.server, tenant.id) });
    expect((await tenant.admin.get('/v1/onboarding')).body).toMatchObject({ state: 'IDENTITY_VERIFIED', nextStep: { method: 'advance', isReady: true } });
    expect((await tenant.admin.post('/v1/onboarding/advance')).body).toMatchObject({ state: 'API_KEY_CREATED' });
    expect((await tenant.admin.post('/v1/onboarding/advance')).body).toMatchObject({ status: 409, invariantId: 'BI-ONBOARD-002' });
  });

  test('an attestation is taken from a service key that verifies, and from nobody else', async () => {
    const tenant = await world.newTenant();
    await tenant.admin.post('/v1/onboarding/confirm-contact', { token: await sentContactToken(world.server, tenant.id) });
    const [key, revoked, elsewhere, limited] = [
      await newKey(tenant), await newKey(tenant), await newKey(tenant, { allowedAddresses: ['192.0.2.0/24'] }), await newKey(tenant, { allowedResources: ['invoice/1'] }),
    ];
    await tenant.admin.post(`/v1/api-keys/${revoked.id}/revoke`, { reason: 'x' });
    const nonce = textAt(await tenant.admin.post('/v1/onboarding/attestation-challenges'), 'nonce');
    const attest = (token: string | null) => world.as(token).post('/v1/onboarding/attestations', { nonce });
    expect((await attest(null)).body).toMatchObject({ status: 401 });
    expect((await attest(revoked.token)).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect((await attest(tenant.managementToken)).body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    expect((await attest(elsewhere.token)).body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    expect((await attest(world.server.operatorToken)).body).toMatchObject({ status: 403, code: 'PLANE_FORBIDDEN' });
    expect((await attest((await newKey(await world.newTenant())).token)).body).toMatchObject({ status: 409, invariantId: 'BI-ONBOARD-002' });
    await world.operator.post(`/fdr/v1/tenants/${tenant.id}/suspend`, { reason: 'x' });
    expect((await attest(key.token)).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect((await attest(tenant.managementToken)).body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    await world.operator.post(`/fdr/v1/tenants/${tenant.id}/resume`, { reason: 'x' });
    // What it is limited to is the operator's API.
    expect((await attest(limited.token)).body).toMatchObject({ state: 'SDK_CONNECTED' });
    expect((await attest(key.token)).body).toMatchObject({ status: 409 });
    expect((await world.as(key.token).get('/v1/onboarding')).body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
  });

  test('a nonce can be answered for five minutes', async () => {
    const tenant = await world.newTenant();
    await tenant.admin.post('/v1/onboarding/confirm-contact', { token: await sentContactToken(world.server, tenant.id) });
    const { token } = await newKey(tenant);
    const nonce = textAt(await tenant.admin.post('/v1/onboarding/attestation-challenges'), 'nonce');
    aheadMs += 5 * 60_000;
    expect((await world.as(token).post('/v1/onboarding/attestations', { nonce })).body).toMatchObject({ status: 409, invariantId: 'BI-ONBOARD-002' });
  });

  test('an operator sees who stands still, and may end it with a reason', async () => {
    const tenant = await world.newTenant();
    aheadMs += 2 * 86_400_000;
    const stalled = await world.operator.get('/fdr/v1/onboarding/stalled?idleSeconds=86400&limit=200');
    expect(itemsOf(stalled).map(({ tenantId }) => tenantId)).toContain(tenant.id);
    expect((await world.operator.post(`/fdr/v1/tenants/${tenant.id}/onboarding/force-complete`, {})).body).toMatchObject({ status: 400, errors: [{ path: '/reason' }] });
    const forced = await world.operator.post(`/fdr/v1/tenants/${tenant.id}/onboarding/force-complete`, { reason: 'Agreed on the phone.' });
    expect([forced.status, forced.body]).toMatchObject([200, { state: 'COMPLETE', forcedReason: 'Agreed on the phone.', completedBy: { plane: 'fdr' } }]);
    expect((await world.operator.get(`/fdr/v1/tenants/${tenant.id}/onboarding`)).body).toMatchObject({ state: 'COMPLETE', evidence: [{ kind: 'FORCED' }] });
    expect((await world.operator.post(`/fdr/v1/tenants/${tenant.id}/onboarding/force-complete`, { reason: 'x' })).body).toMatchObject({ status: 409, invariantId: 'BI-ONBOARD-002' });
  });
});
