import { sentContactToken } from '@hoc/testbed/contact-token';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { itemsOf, textAt } from './client.ts';
import { connect, plantIntegration } from './newcomer.ts';
import { createWorld, newKey, serviceKey, type TestTenant, type World } from './world.ts';

const nextOf = z.object({ nextCursor: z.string().nullable() });
const refusedFields = z.looseObject({ errors: z.array(z.looseObject({ path: z.string() })) });

describe.each(BACKENDS)('every route of the contract, on %s', (backend) => {
  let world: World;
  let tenant: TestTenant;

  beforeAll(async () => {
    world = await createWorld(backend, undefined, { probe: async () => ({ performed: true, ok: true, health: 'HEALTHY', message: 'The target answered 200.' }) });
    tenant = await world.newTenant();
  });
  afterAll(() => world.close());

  test('an operator makes organizations, tenants with their first management key, and more management keys', async () => {
    const { operator } = world;
    const organization = await operator.post('/fdr/v1/organizations', { name: 'Initech' });
    expect([organization.status, organization.body]).toMatchObject([201, { name: 'Initech' }]);
    const organizationId = textAt(organization, 'id');

    const made = await operator.post('/fdr/v1/tenants', { organizationId, name: 'Initech EU', plan: 'FREE', contactEmail: 'a@b.example' });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(made.body).toMatchObject({ tenant: { organizationId, name: 'Initech EU', plan: 'FREE', status: 'ACTIVE' }, managementKey: {} });
    expect(textAt(made, 'managementKey', 'token')).toMatch(/^hoc_live_[0-9A-Za-z]{14}_[0-9A-Za-z]{38}$/);
    const id = textAt(made, 'tenant', 'id');

    const found = await operator.get(`/fdr/v1/tenants/${id}`);
    expect([found.status, found.body]).toMatchObject([200, { id, status: 'ACTIVE' }]);
    const listed = await operator.get(`/fdr/v1/tenants?organizationId=${organizationId}&status=ACTIVE`);
    expect(itemsOf(listed).map((item) => item['id'])).toEqual([id]);

    const another = await operator.post(`/fdr/v1/tenants/${id}/management-keys`, { name: 'recovery' });
    expect(another.status).toBe(201);
    expect(another.body).toMatchObject({ key: { kind: 'MANAGEMENT', name: 'recovery', tenantId: id, environment: 'live' } });
    const admin = world.as(textAt(another, 'token'));
    expect((await admin.get('/v1/tenant')).status).toBe(200);
    const limited = await operator.post(`/fdr/v1/tenants/${id}/management-keys`, { name: 'reader', permissions: ['hoc:keys.read'] });
    expect((await world.as(textAt(limited, 'token')).get('/v1/tenant')).status).toBe(403);
  });

  test('a tenant goes through its whole life', async () => {
    const { id } = await world.newTenant();
    const step = (name: string) => world.operator.post(`/fdr/v1/tenants/${id}/${name}`, { reason: 'as agreed' });
    for (const [name, status] of [['suspend', 'SUSPENDED'], ['resume', 'ACTIVE'], ['terminate', 'TERMINATED'], ['archive', 'ARCHIVED']] as const) {
      expect([name, await step(name)]).toMatchObject([name, { status: 200, body: { id, status } }]);
    }
    const refused = await step('resume');
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'INVARIANT_VIOLATION', invariantId: 'BI-TENANT-004', severity: 'CRITICAL', violations: [{ invariantId: 'BI-TENANT-004' }] }]);
    expect((await world.operator.get(`/fdr/v1/tenants/${id}`)).body).toMatchObject({ status: 'ARCHIVED' });
  });

  test('provisioning a tenant that is provisioned is refused by name', async () => {
    const answer = await world.operator.post(`/fdr/v1/tenants/${tenant.id}/provision`);
    expect([answer.status, answer.body]).toMatchObject([409, { invariantId: 'BI-TENANT-008' }]);
  });

  test('a CREATING tenant is finished by provision, without a body', async () => {
    const { operator } = world;
    const organizationId = await world.newOrganization();
    const id = textAt({ body: await world.dispatch('account.write', 'create_tenant', { organizationId, name: 'Half', plan: 'PRO', contactEmail: 'a@b.example' }) }, 'id');
    expect((await operator.get(`/fdr/v1/tenants/${id}`)).body).toMatchObject({ status: 'CREATING' });
    const provisioned = await operator.post(`/fdr/v1/tenants/${id}/provision`);
    expect([provisioned.status, provisioned.body]).toMatchObject([200, { tenant: { id, status: 'ACTIVE' } }]);
    expect((await world.as(textAt(provisioned, 'managementKey', 'token')).get('/v1/tenant')).status).toBe(200);
  });

  test('an operator has all data keys wrapped by the current key-encryption key, page by page', async () => {
    const { operator } = world;
    await world.newTenant();
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await operator.post('/fdr/v1/data-keys/rewrap', { limit: 1, ...(cursor === null ? {} : { cursor }) });
      expect([page.status, page.body]).toMatchObject([200, { tenants: 1, rewrapped: 0, failed: [] }]);
      seen.push(page.status);
      ({ nextCursor: cursor } = nextOf.parse(page.body));
    } while (cursor !== null);
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect((await operator.post('/fdr/v1/data-keys/rewrap', { limit: 0 })).body).toMatchObject({ status: 400, errors: [{ path: '/limit' }] });
    expect((await operator.post('/fdr/v1/data-keys/rewrap')).status).toBe(200);
  });

  test('operators make, list and revoke tokens', async () => {
    const { operator } = world;
    const made = await operator.post('/fdr/v1/tokens', { plane: 'fdr', name: 'second operator' });
    expect(made.status).toBe(201);
    expect(textAt(made, 'token')).toMatch(/^hoc_op_/);
    expect(Object.keys(made.body ?? {}).toSorted()).toEqual(['id', 'token']);
    const second = world.as(textAt(made, 'token'));
    expect((await second.get('/fdr/v1/tenants')).status).toBe(200);
    expect(itemsOf(await operator.get('/fdr/v1/tokens?plane=fdr')).map((item) => item['id'])).toContain(textAt(made, 'id'));

    const revoked = await operator.delete(`/fdr/v1/tokens/${textAt(made, 'id')}`);
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    expect((await second.get('/fdr/v1/tenants')).status).toBe(401);
    expect((await operator.delete(`/fdr/v1/tokens/${textAt(made, 'id')}`)).status).toBe(409);
    expect((await operator.delete('/fdr/v1/tokens/tok_nobody')).status).toBe(404);
  });

  test('an operator sees under which peppers keys and tokens are stored', async () => {
    const standing = await world.operator.get('/fdr/v1/peppers');
    expect([standing.status, itemsOf(standing)]).toMatchObject([200, [{ isCurrent: true, isInFile: true, isRetirable: false }]]);
  });

  test('governance shows operations, invariants and violations, sets modes, and scans', async () => {
    const { operator } = world;
    const operations = itemsOf(await operator.get('/fdr/v1/operations'));
    expect(operations).toContainEqual(expect.objectContaining({ address: 'api_keys.write', method: 'create', kind: 'write', anchor: 'api_key.create' }));
    const invariants = itemsOf(await operator.get('/fdr/v1/invariants'));
    expect(invariants).toContainEqual(expect.objectContaining({ id: 'BI-APIKEY-001', severity: 'CRITICAL', defaultMode: 'STRICT', effectiveMode: 'STRICT' }));

    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const monitored = await operator.put('/fdr/v1/invariants/BI-APIKEY-001/mode', { mode: 'MONITOR', tenantId: tenant.id, owner: 'platform', reason: 'rollout', expiresAt });
    expect(monitored.status).toBe(200);
    const strict = await operator.put('/fdr/v1/invariants/BI-APIKEY-001/mode', { mode: 'STRICT', tenantId: tenant.id, reason: 'done' });
    expect(strict.status).toBe(200);
    expect((await operator.put('/fdr/v1/invariants/BI-APIKEY-001/mode', { mode: 'MONITOR', reason: 'no owner' })).status).toBe(400);
    expect((await operator.put('/fdr/v1/invariants/BI-NOBODY-001/mode', { mode: 'STRICT', reason: 'x' })).status).toBe(404);

    expect((await operator.get(`/fdr/v1/invariants?tenantId=${tenant.id}`)).status).toBe(200);
    expect(itemsOf(await operator.get(`/fdr/v1/invariants/BI-APIKEY-001/scan?tenantId=${tenant.id}`))).toEqual([]);
    expect((await operator.get('/fdr/v1/invariants/BI-APIKEY-001/scan')).body).toMatchObject({ status: 400, errors: [{ path: '/tenantId' }] });
    expect((await operator.get(`/fdr/v1/invariants/BI-NOBODY-001/scan?tenantId=${tenant.id}`)).status).toBe(404);
    expect((await operator.get(`/fdr/v1/invariants/BI-APIKEY-003/scan?tenantId=${tenant.id}`)).body).toMatchObject({ status: 422, code: 'NOT_SCANNABLE' });

    const other = await world.newTenant();
    await operator.post(`/fdr/v1/tenants/${other.id}/suspend`, { reason: 'x' });
    expect((await other.admin.post('/v1/api-keys', serviceKey())).status).toBe(409);
    const violations = itemsOf(await operator.get(`/fdr/v1/violations?tenantId=${other.id}&invariantId=BI-APIKEY-001`));
    expect(violations).toMatchObject([{ invariantId: 'BI-APIKEY-001', tenantId: other.id, outcome: 'BLOCKED', mode: 'STRICT', address: 'api_keys.write', method: 'create' }]);
  });

  test('while degraded, protective writes and verification go on, others are 503 DEGRADED', async () => {
    const { operator, service } = world;
    const key = await newKey(tenant);
    expect((await operator.put('/fdr/v1/degraded', { isDegraded: true, reason: 'The database is moved.' })).status).toBe(200);
    try {
      const refused = await tenant.admin.post('/v1/api-keys', serviceKey());
      expect([refused.status, refused.body]).toMatchObject([503, { code: 'DEGRADED' }]);
      expect((await service.post('/int/v1/keys/verify', { token: key.token })).body).toMatchObject({ valid: true });
      expect((await tenant.admin.post(`/v1/api-keys/${key.id}/revoke`, { reason: 'x' })).status).toBe(200);
    } finally {
      expect((await operator.put('/fdr/v1/degraded', { isDegraded: false, reason: 'Done.' })).status).toBe(200);
    }
    expect((await tenant.admin.post('/v1/api-keys', serviceKey())).status).toBe(201);
  });

  test('a tenant admin sees the tenant, and makes, lists and archives projects', async () => {
    const { admin, id } = await world.newTenant('PRO');
    expect((await admin.get('/v1/tenant')).body).toMatchObject({ tenant: { id, plan: 'PRO', status: 'ACTIVE' }, quotas: { maxServiceKeys: 20, maxProjects: 20 }, usage: { projects: 1, managementKeys: 1, serviceKeys: 0 } });
    const made = await admin.post('/v1/projects', { name: 'billing' });
    expect([made.status, made.body]).toMatchObject([201, { tenantId: id, name: 'billing', status: 'ACTIVE' }]);
    expect(itemsOf(await admin.get('/v1/projects')).map((item) => item['name'])).toEqual(['billing', 'default']);
    const archived = await admin.post(`/v1/projects/${textAt(made, 'id')}/archive`, { reason: 'gone' });
    expect([archived.status, archived.body]).toMatchObject([200, { status: 'ARCHIVED' }]);
    expect((await admin.post(`/v1/projects/${textAt(made, 'id')}/archive`, { reason: 'again' })).body).toMatchObject({ status: 409, invariantId: 'BI-TENANT-007' });
    expect(itemsOf(await admin.get('/v1/projects?status=ACTIVE')).map((item) => item['name'])).toEqual(['default']);
  });

  test('a key lives: created, read, listed, changed, frozen, rotated, taken back, revoked', async () => {
    const { admin } = tenant;
    const made = await admin.post('/v1/api-keys', serviceKey({ metadata: { team: 'a' }, ownerRef: 'user_1', allowedAddresses: ['192.0.2.0/24'] }));
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(made.body).toMatchObject({ key: { kind: 'SERVICE', status: 'ACTIVE', permissions: ['invoices:read'], metadata: { team: 'a' }, ownerRef: 'user_1', version: 1, createdBy: { plane: 'cus', id: tenant.managementKeyId } } });
    expect(made.text).not.toMatch(/digest|pepper/i);
    const path = `/v1/api-keys/${textAt(made, 'key', 'id')}`;

    expect((await admin.get(path)).body).toMatchObject({ name: 'production', version: 1 });
    expect(itemsOf(await admin.get('/v1/api-keys?ownerRef=user_1&namePrefix=prod&environment=live&status=ACTIVE')).length).toBe(1);

    expect((await admin.patch(path, { version: 1, name: 'billing' })).body).toMatchObject({ name: 'billing', version: 2 });
    expect((await admin.patch(path, { version: 1, name: 'late' })).body).toMatchObject({ status: 409, code: 'VERSION_CONFLICT' });

    expect((await admin.post(`${path}/freeze`, { reason: 'odd' })).body).toMatchObject({ status: 'FROZEN', frozenReason: 'odd', frozenBy: { id: tenant.managementKeyId } });
    expect((await admin.post(`${path}/unfreeze`, { reason: 'fine' })).body).toMatchObject({ status: 'ACTIVE', frozenAt: null });

    const rotated = await admin.post(`${path}/rotate`, { overlapSeconds: 3600 });
    expect([rotated.status, rotated.body]).toMatchObject([200, { key: { rotatedFrom: textAt(made, 'key', 'id'), status: 'ACTIVE' }, previous: { id: textAt(made, 'key', 'id') } }]);
    expect(textAt(rotated, 'token')).not.toBe(textAt(made, 'token'));
    const undone = await admin.post(`/v1/api-keys/${textAt(rotated, 'key', 'id')}/undo-rotation`);
    expect([undone.status, undone.body]).toMatchObject([200, { id: textAt(made, 'key', 'id'), status: 'ACTIVE', expiresAt: null }]);

    expect((await admin.post(`${path}/revoke`, { reason: 'leaked' })).body).toMatchObject({ status: 'REVOKED', revokedReason: 'leaked' });
    const again = await admin.post(`${path}/revoke`, { reason: 'again' });
    expect([again.status, again.body]).toMatchObject([409, { invariantId: 'BI-APIKEY-004', remediation: expect.any(String) as string }]);
    expect((await admin.get(path)).body).toMatchObject({ revokedReason: 'leaked' });
  });

  test('fields that are not a caller\'s to set are unknown input', async () => {
    for (const field of ['meterId', 'verifications', 'lastUsedAt', 'lastAddress', 'hasCredits', 'tenantId', 'tenantStatus', 'kind', 'keyId']) {
      const answer = await tenant.admin.post('/v1/api-keys', serviceKey({ [field]: [] }));
      expect([answer.status, answer.body]).toMatchObject([400, { code: 'INVALID_INPUT', errors: [{ path: `/${field}` }] }]);
    }
  });

  test('a tenant admin makes, reads, changes and deletes webhook endpoints, and has what they missed sent again', async () => {
    const { admin, id } = await world.newTenant();
    const made = await admin.post('/v1/webhooks', { url: 'https://Acme.example/hook?team=a', eventTypes: ['project.created'] });
    expect([made.status, made.body]).toMatchObject([201, { webhook: { tenantId: id, url: 'https://acme.example/hook?team=a', eventTypes: ['project.created'], status: 'ENABLED', version: 1 } }]);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(textAt(made, 'secret')).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const path = `/v1/webhooks/${textAt(made, 'webhook', 'id')}`;
    const other = await admin.post('/v1/webhooks', { url: 'https://acme.example/all' });
    expect(other.body).toMatchObject({ webhook: { eventTypes: ['*'] } });

    expect(itemsOf(await admin.get('/v1/webhooks')).map((item) => item['url'])).toEqual(['https://acme.example/all', 'https://acme.example/hook?team=a']);
    expect((await admin.get(path)).body).toMatchObject({ failingSince: null, attempts: 0 });
    expect((await admin.patch(path, { version: 1, eventTypes: ['project.created', 'project.archived'] })).body).toMatchObject({ version: 2, eventTypes: ['project.created', 'project.archived'] });
    expect((await admin.patch(path, { version: 1, status: 'DISABLED' })).body).toMatchObject({ status: 409, code: 'VERSION_CONFLICT' });

    const rotated = await admin.post(`${path}/rotate-secret`);
    expect([rotated.status, rotated.body]).toMatchObject([200, { webhook: { version: 3 }, previousSecretExpiresAt: expect.any(String) as string }]);
    expect(textAt(rotated, 'secret')).not.toBe(textAt(made, 'secret'));
    for (const answer of [await admin.get('/v1/webhooks'), await admin.get(path), await admin.get('/v1/audit')]) expect(answer.text).not.toMatch(/whsec_|sealed/i);

    await admin.post('/v1/projects', { name: 'billing' });
    const [event] = await world.server.asOwner<{ id: string }>(`select id from outbox_events where tenant_id = $1 and type = 'project.created'`, [id]);
    await world.server.asOwner(
      `insert into webhook_dead_letters select tenant_id, $2, seq, ordinal, 'The receiver answered 500.', 35, now(), now(), null from outbox_events where tenant_id = $1 and id = $3`,
      [id, textAt(made, 'webhook', 'id'), event?.id ?? ''],
    );
    expect(itemsOf(await admin.get(`${path}/dead-letters`))).toMatchObject([{ event: { id: event?.id, type: 'project.created' }, reason: 'The receiver answered 500.', attempts: 35, replayedAt: null }]);
    const replayed = await admin.post(`${path}/dead-letters/${event?.id}/replay`);
    expect([replayed.status, replayed.body]).toMatchObject([200, { event: { id: event?.id }, replayedAt: expect.any(String) as string }]);
    expect((await admin.post(`${path}/dead-letters/${event?.id}/replay`)).body).toMatchObject({ status: 409, code: 'ALREADY_REPLAYED' });
    expect((await admin.post(`${path}/dead-letters/evt_nobody/replay`)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });

    const deleted = await admin.delete(path);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await admin.get(path)).status).toBe(404);
    expect((await admin.delete(path)).status).toBe(404);
  });

  test('integrations: made, changed, enabled, probed, given another credential, disabled and deleted; the credential is in no answer', async () => {
    const { admin } = await world.newTenant();
    expect(itemsOf(await admin.get('/v1/connector-types')).map(({ name }) => name)).toEqual(expect.arrayContaining(['ANTHROPIC', 'HTTP', 'OPENAI']));
    const made = await admin.post('/v1/integrations', { connectorType: 'OPENAI', name: 'OpenAI', config: { organization: 'acme' }, credential: 'sk-planted-1' });
    expect([made.status, made.body]).toMatchObject([201, {
      connectorType: 'OPENAI', name: 'OpenAI', config: { organization: 'acme' }, hasCredential: true, status: 'CREATED', health: 'UNKNOWN', checkedAt: null, healthMessage: null, lastProbeOk: null, version: 1,
    }]);
    const path = `/v1/integrations/${textAt(made, 'id')}`;
    const answers = [
      await admin.patch(path, { version: 1, name: 'OpenAI EU', config: {} }), await admin.post(`${path}/enable`), await admin.post(`${path}/probe`), await admin.get(`${path}/health`),
      await admin.post(`${path}/credential`, { credential: 'sk-planted-2' }), await admin.post(`${path}/disable`), await admin.get(path), await admin.get('/v1/integrations?status=DISABLED&connectorType=OPENAI&health=UNKNOWN'),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(({ body }) => body)).toMatchObject([
      { name: 'OpenAI EU', config: {}, version: 2 }, { status: 'ENABLED', version: 3 }, { health: 'HEALTHY', lastProbeOk: true, version: 3 }, { health: 'HEALTHY', status: 'ENABLED', healthMessage: 'The target answered 200.' },
      { health: 'UNKNOWN', status: 'ENABLED', version: 4 }, { status: 'DISABLED', version: 5 }, { status: 'DISABLED' }, { items: [{ name: 'OpenAI EU' }] },
    ]);
    for (const { text } of [made, ...answers, await admin.get('/v1/audit')]) expect(text).not.toMatch(/planted|sealed/i);
    const deleted = await admin.delete(path);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await admin.get(path)).status).toBe(404);
  });

  test('operators define connector types, take them away, and read the integrations of a tenant that they name', async () => {
    const { operator } = world;
    const { id, admin } = await world.newTenant();
    const definition = {
      title: 'Weather', credentialKind: 'NONE', configSchema: { type: 'object', additionalProperties: false, required: ['city'], properties: { city: { type: 'string' } } },
      probe: { method: 'GET', url: 'https://weather.example/{city}', healthyStatuses: [200] },
    };
    const put = await operator.put('/fdr/v1/connector-types/WEATHER', definition);
    expect([put.status, put.body]).toMatchObject([200, { name: 'WEATHER', isEnabled: true, probe: { headers: {} } }]);
    const made = await admin.post('/v1/integrations', { connectorType: 'WEATHER', name: 'weather', config: { city: 'Ulm' } });
    expect(made.status).toBe(201);
    expect((await operator.delete('/fdr/v1/connector-types/WEATHER')).status).toBe(204);
    expect(itemsOf(await operator.get('/fdr/v1/connector-types')).find(({ name }) => name === 'WEATHER')).toMatchObject({ isEnabled: false });
    expect((await admin.post(`/v1/integrations/${textAt(made, 'id')}/enable`)).body).toMatchObject({ status: 422, code: 'INVARIANT_VIOLATION', invariantId: 'BI-INTEG-001' });
    expect(itemsOf(await operator.get(`/fdr/v1/integrations?tenantId=${id}`)).map(({ name }) => name)).toEqual(['weather']);
    expect((await operator.get('/fdr/v1/integrations')).body).toMatchObject({ status: 400, code: 'INVARIANT_VIOLATION', invariantId: 'BI-INTEG-003', severity: 'MEDIUM' });
  });

  test('operators limit a tenant, its admins limit each of its owners, and both see what holds', async () => {
    const { operator } = world;
    const { id, admin } = await world.newTenant();
    const perDay = { name: 'per-day', limit: 5000, windowMs: 86_400_000, algorithm: 'FIXED', mode: 'LOCAL' };
    const limited = await operator.put(`/fdr/v1/tenants/${id}/rate-limits`, { rateLimits: [{ name: 'per-second', limit: 50, windowMs: 1000 }, perDay] });
    const rateLimits = [{ name: 'per-second', limit: 50, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' }, perDay];
    expect([limited.status, limited.body]).toMatchObject([200, { id, rateLimits, ownerRateLimits: [] }]);
    const owners = await admin.put('/v1/owner-rate-limits', { rateLimits: [perDay] });
    expect([owners.status, owners.body]).toMatchObject([200, { id, rateLimits, ownerRateLimits: [perDay] }]);
    for (const seen of [(await operator.get(`/fdr/v1/tenants/${id}`)).body, ((await admin.get('/v1/tenant')).body as { tenant: unknown }).tenant]) expect(seen).toEqual(owners.body);
    expect((await operator.put(`/fdr/v1/tenants/${id}/rate-limits`, { rateLimits: [] })).body).toMatchObject({ rateLimits: [], ownerRateLimits: [perDay] });

    expect((await admin.put(`/fdr/v1/tenants/${id}/rate-limits`, { rateLimits: [] })).body).toMatchObject({ status: 403, code: 'PLANE_FORBIDDEN' });
    expect((await operator.put('/v1/owner-rate-limits', { rateLimits: [] })).body).toMatchObject({ status: 403, code: 'PLANE_FORBIDDEN' });
    expect((await admin.put('/v1/owner-rate-limits', { rateLimits: [perDay, perDay] })).body).toMatchObject({ status: 400, errors: [{ path: '/rateLimits', message: 'must not hold two limits of one name' }] });
    await operator.post(`/fdr/v1/tenants/${id}/terminate`, { reason: 'x' });
    expect((await operator.put(`/fdr/v1/tenants/${id}/rate-limits`, { rateLimits: [] })).body).toMatchObject({ status: 409, invariantId: 'BI-TENANT-009', violations: [{ message: 'The tenant is TERMINATED.' }] });
  });

  test('usage is told of the tenant and of each key, by hour and day, and to operators of the tenant that they name', async () => {
    const { operator } = world;
    const other = await world.newTenant();
    const [one, two] = [await newKey(other), await newKey(other)];
    for (const [keyId, hour, verdict, count] of [[one.id, '2026-03-07T23:00Z', 'VALID', 3], [one.id, '2026-03-08T00:00Z', 'RATE_LIMITED', 2], [two.id, '2026-03-08T00:00Z', 'VALID', 7]] as const) {
      await world.server.asOwner('insert into usage_hours (tenant_id, key_id, hour, verdict, count) values ($1, $2, $3, $4, $5)', [other.id, keyId, hour, verdict, count]);
    }
    const span = 'from=2026-03-07T00:00:00Z&to=2026-03-09T00:00:00Z';
    const days = [{ start: '2026-03-08T00:00:00.000Z', counts: { RATE_LIMITED: 2, VALID: 7 } }, { start: '2026-03-07T00:00:00.000Z', counts: { VALID: 3 } }];
    const own = await other.admin.get(`/v1/usage?${span}`);
    expect([own.status, own.body]).toEqual([200, { items: days, nextCursor: null }]);
    expect((await operator.get(`/fdr/v1/usage?tenantId=${other.id}&${span}&bucket=day`)).body).toEqual(own.body);
    expect((await operator.get('/fdr/v1/usage')).body).toMatchObject({ status: 400, code: 'INVARIANT_VIOLATION', invariantId: 'BI-USAGE-001' });
    expect((await operator.get('/fdr/v1/usage?tenantId=x')).body).toMatchObject({ status: 400, errors: [{ path: '/tenantId' }] });
    expect((await other.admin.get(`/v1/api-keys/${two.id}/usage?${span}`)).body).toEqual({ items: [{ start: days[0]?.start, counts: { VALID: 7 } }, { start: days[1]?.start, counts: {} }], nextCursor: null });
    const hours = itemsOf(await other.admin.get(`/v1/api-keys/${one.id}/usage?${span}&bucket=hour&limit=48`));
    expect([hours.length, hours.filter(({ counts }) => JSON.stringify(counts) !== '{}')]).toEqual([48, [
      { start: '2026-03-08T00:00:00.000Z', counts: { RATE_LIMITED: 2 } }, { start: '2026-03-07T23:00:00.000Z', counts: { VALID: 3 } },
    ]]);
    // Without a span: the last 30 days, or 24 hours.
    expect([itemsOf(await other.admin.get('/v1/usage')).length, itemsOf(await other.admin.get('/v1/usage?bucket=hour')).length]).toEqual([30, 24]);
    for (const [query, path] of [['from=2026-03-09T00:00:00Z&to=2026-03-08T00:00:00Z', '/from'], ['from=yesterday', '/from'], ['to=2026-03-09', '/to'], ['bucket=minute', '/bucket'], ['limit=201', '/limit'], ['cursor=x', '/cursor']]) {
      const { body } = await other.admin.get(`/v1/usage?${query}`);
      expect([query, body]).toMatchObject([query, { status: 400, code: 'INVALID_INPUT' }]);
      expect([query, new Set(refusedFields.parse(body).errors.map((error) => error.path))]).toEqual([query, new Set([path])]);
    }
    const reader = textAt(await operator.post(`/fdr/v1/tenants/${other.id}/management-keys`, { name: 'no usage', permissions: ['hoc:keys.read'] }), 'token');
    expect((await world.as(reader).get('/v1/usage')).body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
  });

  test('the audit log shows every write, and verifies', async () => {
    const { admin } = await world.newTenant();
    await admin.post('/v1/projects', { name: 'a' });
    const entries = itemsOf(await admin.get('/v1/audit'));
    expect(entries[0]).toMatchObject({ address: 'account.write', method: 'create_project', outcome: 'COMMITTED', anchor: 'project.create' });
    const verdict = await admin.get('/v1/audit/verify');
    expect([verdict.status, verdict.body]).toMatchObject([200, { valid: true, entries: entries.length, head: { seq: entries.length, hash: entries[0]?.['hash'] } }]);
  });

  test('a service verifies keys, one and many', async () => {
    const { service, operator } = world;
    const other = await world.newTenant();
    const key = await newKey(other);
    const verify = (question: Readonly<Record<string, unknown>>) => service.post('/int/v1/keys/verify', question);
    const valid = await verify({ token: key.token, permissions: { or: ['invoices:read', 'invoices:create'] } });
    expect([valid.status, valid.body]).toMatchObject([200, { valid: true, code: 'VALID', keyId: key.id, tenantId: other.id, environment: 'live', permissions: ['invoices:read'] }]);
    expect((await verify({ token: key.token, permissions: 'invoices:delete' })).body).toEqual({ valid: false, code: 'INSUFFICIENT_PERMISSIONS', keyId: key.id, tenantId: other.id });
    expect((await verify({ token: 'nonsense' })).body).toEqual({ valid: false, code: 'MALFORMED' });

    await operator.post(`/fdr/v1/tenants/${other.id}/suspend`, { reason: 'x' });
    const living = await newKey(tenant);
    const batch = await service.post('/int/v1/keys/verify-batch', { items: [{ token: key.token }, { token: 'nonsense' }, { token: living.token }] });
    expect([batch.status, batch.body]).toMatchObject([200, { results: [{ code: 'TENANT_NOT_ACTIVE' }, { code: 'MALFORMED' }, { code: 'VALID', keyId: living.id }] }]);
    expect((await service.post('/int/v1/keys/verify-batch', { items: [] })).body).toEqual({ results: [] });
    const bad = await service.post('/int/v1/keys/verify-batch', { items: [{ token: key.token }, { token: 5 }] });
    expect([bad.status, bad.body]).toMatchObject([400, { errors: [{ path: '/items/1/token' }] }]);
    expect((await service.post('/int/v1/keys/verify-batch', { items: Array.from({ length: 501 }, () => ({ token: 'x' })) })).status).toBe(400);
    const many = await service.post('/int/v1/keys/verify-batch', { items: Array.from({ length: 500 }, (_, index) => ({ token: index % 2 === 0 ? living.token : key.token })) });
    expect(many.body).toMatchObject({ results: Array.from({ length: 500 }, (_, index) => ({ code: index % 2 === 0 ? 'VALID' : 'TENANT_NOT_ACTIVE' })) });
  });

  test('a service takes a lease of a key, renews it, and releases it once', async () => {
    const { service } = world;
    const other = await world.newTenant();
    const key = await newKey(other, { maxConcurrent: 1 });
    const verify = () => service.post('/int/v1/keys/verify', { token: key.token, acquire: { seconds: 60 } });
    const taken = await verify();
    expect([taken.status, taken.body]).toMatchObject([200, { code: 'VALID', lease: { id: expect.stringMatching(/^lse_/) as string } }]);
    expect((await verify()).body).toMatchObject({ valid: false, code: 'CONCURRENCY_EXCEEDED', keyId: key.id });
    const lease = { tenantId: other.id, keyId: key.id, leaseId: textAt(taken, 'lease', 'id') };
    expect((await service.post('/int/v1/leases/renew', { ...lease, seconds: 120 })).body).toMatchObject({ leaseId: lease.leaseId });
    expect((await service.post('/int/v1/leases/release', lease)).body).toEqual({ released: true });
    expect((await service.post('/int/v1/leases/release', lease)).body).toEqual({ released: false });
    expect((await service.post('/int/v1/leases/renew', { ...lease, seconds: 120 })).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await verify()).body).toMatchObject({ code: 'VALID' });
  });

  test('a tenant is taken to COMPLETE step by step; an operator lists those that stand still, and forces one', async () => {
    const { operator } = world;
    const [newcomer, early, forced] = [await world.newTenant(), await world.newTenant(), await world.newTenant()];
    await connect(world, newcomer);
    await plantIntegration(world, newcomer.id);
    expect((await newcomer.admin.post('/v1/onboarding/complete')).body).toMatchObject({ state: 'COMPLETE' });
    // Asked for another token, and made its key before it confirmed the address.
    expect((await early.admin.post('/v1/onboarding/contact-confirmations')).status).toBe(200);
    await newKey(early);
    await early.admin.post('/v1/onboarding/confirm-contact', { token: await sentContactToken(world.server, early.id) });
    expect((await early.admin.post('/v1/onboarding/advance')).body).toMatchObject({ state: 'API_KEY_CREATED' });
    const stalled = itemsOf(await operator.get('/fdr/v1/onboarding/stalled?idleSeconds=0&limit=200')).map(({ tenantId }) => tenantId);
    expect(stalled).toEqual(expect.arrayContaining([early.id, forced.id]));
    expect(stalled).not.toContain(newcomer.id);
    expect((await operator.post(`/fdr/v1/tenants/${forced.id}/onboarding/force-complete`, { reason: 'as agreed' })).body).toMatchObject({ state: 'COMPLETE' });
    expect((await operator.get(`/fdr/v1/tenants/${forced.id}/onboarding`)).body).toMatchObject({ forcedReason: 'as agreed' });
  });

  test('open routes answer without a token', async () => {
    expect((await world.anonymous.get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await world.anonymous.get('/readyz')).body).toEqual({ status: 'ok' });
    expect((await fetch(`${world.server.url}/docs`)).status).toBe(200);
  });

  test('every operation of the document has answered a success above, and nothing else exists', () => {
    const all = world.conformance.operations().map(({ method, path }) => `${method} ${path}`);
    expect([...world.conformance.succeeded].toSorted()).toEqual(all.toSorted());
    expect(all.length).toBe(80);
  });
});
