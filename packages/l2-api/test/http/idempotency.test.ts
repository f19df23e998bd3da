import { canonicalHash } from '@hoc/l4-spine/kernel/canonical';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemsOf, textAt, type Answer } from './client.ts';
import { createWorld, serviceKey, type TestTenant, type World } from './world.ts';

describe.each(BACKENDS)('an Idempotency-Key, on %s', (backend) => {
  let world: World;
  let tenant: TestTenant;
  let running = 0;
  /** How many probes were sent. */
  let sent = 0;
  const freshKey = (): Readonly<Record<string, string>> => ({ 'idempotency-key': `key-${(running += 1)}` });

  beforeAll(async () => {
    world = await createWorld(backend, () => new Date(), {
      probe: async () => {
        sent += 1;
        return { performed: true, ok: true, health: 'HEALTHY', message: 'The target answered 200.' };
      },
    });
    tenant = await world.newTenant();
  });
  afterAll(() => world.close());

  test('makes a write happen once: the replay has the first status and answer, but never a token', async () => {
    const headers = freshKey();
    const ask = (): Promise<Answer> => tenant.admin.post('/v1/api-keys', serviceKey({ name: 'once' }), headers);
    const [first, second, third] = [await ask(), await ask(), await ask()];
    expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
    expect(textAt(first, 'token')).toMatch(/^hoc_live_/);
    expect(second.body).toEqual({ ...(first.body as object), token: null, tokenShown: true });
    expect(third.text).toBe(second.text);
    expect(itemsOf(await tenant.admin.get('/v1/api-keys?namePrefix=once')).length).toBe(1);
  });

  test('sends a probe once: not again for a replay, not for another request, and not while nothing could be written', async () => {
    const made = await Promise.all(['one', 'two'].map((name) => tenant.admin.post('/v1/integrations', { connectorType: 'HTTP', name, config: { url: 'https://one.example/' } })));
    const [one, two] = made.map((answer) => textAt(answer, 'id'));
    const probe = (id: string | undefined, headers: Readonly<Record<string, string>>) => tenant.admin.post(`/v1/integrations/${id}/probe`, undefined, headers);
    const headers = freshKey();
    const [first, replay, other] = [await probe(one, headers), await probe(one, headers), await probe(two, headers)];
    expect([first.status, replay.status, other.status]).toEqual([200, 200, 422]);
    expect(replay.text).toBe(first.text);
    await world.operator.put('/fdr/v1/degraded', { isDegraded: true, reason: 'x' });
    const degraded = await probe(one, freshKey());
    await world.operator.put('/fdr/v1/degraded', { isDegraded: false, reason: 'x' });
    expect(degraded.body).toMatchObject({ status: 503, code: 'DEGRADED' });
    expect(sent).toBe(1);
  });

  test('keeps nothing of a credential that guesses could be tried on without the key files', async () => {
    const made = await tenant.admin.post('/v1/integrations', { connectorType: 'HTTP', name: 'guessed', config: { url: 'https://one.example/' } });
    const integrationId = textAt(made, 'id');
    const credential = 'Winter2026!';
    const answer = await tenant.admin.post(`/v1/integrations/${integrationId}/credential`, { credential }, freshKey());
    expect(answer.status).toBe(200);
    const kept = await world.server.asOwner<{ fingerprint: string }>(`select fingerprint from idempotency_records where tenant_id = $1 and operation like '%credential'`, [tenant.id]);
    const request = { operation: 'integrations.write rotate_credential', tenantId: tenant.id, input: { integrationId, credential } };
    expect(kept).toHaveLength(1);
    expect(kept.map(({ fingerprint }) => fingerprint)).not.toContain(canonicalHash(request));
  });

  test.each([
    ['POST', '/fdr/v1/tokens', { plane: 'int', name: 'gateway' }],
    ['POST', '/fdr/v1/organizations', { name: 'Acme' }],
  ])('replays %s %s', async (method, path, body) => {
    const headers = freshKey();
    const [first, second] = [await world.operator.send(method, path, { body, headers }), await world.operator.send(method, path, { body, headers })];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(textAt(second, 'id')).toBe(textAt(first, 'id'));
    expect(second.text).not.toMatch(/hoc_(svc|op|live)_/);
  });

  test('replays a rotation without its token, and a DELETE as what it was', async () => {
    const made = await tenant.admin.post('/v1/api-keys', serviceKey());
    const headers = freshKey();
    const rotate = (): Promise<Answer> => tenant.admin.post(`/v1/api-keys/${textAt(made, 'key', 'id')}/rotate`, { overlapSeconds: 60 }, headers);
    const [first, second] = [await rotate(), await rotate()];
    expect(second.body).toEqual({ ...(first.body as object), token: null, tokenShown: true });

    const token = await world.operator.post('/fdr/v1/tokens', { plane: 'int', name: 'x' });
    const path = `/fdr/v1/tokens/${textAt(token, 'id')}`;
    const remove = freshKey();
    expect((await world.operator.send('DELETE', path, { headers: remove })).status).toBe(204);
    expect((await world.operator.send('DELETE', path, { headers: remove })).status).toBe(204);
    expect((await world.operator.send('DELETE', path)).status).toBe(409);
  });

  test('with another body, or another id in the path, is 422', async () => {
    const headers = freshKey();
    await tenant.admin.post('/v1/api-keys', serviceKey(), headers);
    expect((await tenant.admin.post('/v1/api-keys', serviceKey({ name: 'other' }), headers)).body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' });

    const freeze = freshKey();
    const ids = await Promise.all([1, 2].map(async () => textAt(await tenant.admin.post('/v1/api-keys', serviceKey()), 'key', 'id')));
    expect((await tenant.admin.post(`/v1/api-keys/${ids[0] ?? ''}/freeze`, { reason: 'x' }, freeze)).status).toBe(200);
    expect((await tenant.admin.post(`/v1/api-keys/${ids[1] ?? ''}/freeze`, { reason: 'x' }, freeze)).status).toBe(422);
  });

  test('is the principal\'s own and the operation\'s own', async () => {
    const headers = freshKey();
    const other = await world.newTenant();
    const [mine, theirs] = [await tenant.admin.post('/v1/api-keys', serviceKey(), headers), await other.admin.post('/v1/api-keys', serviceKey(), headers)];
    expect(textAt(theirs, 'token')).not.toBe(textAt(mine, 'token'));
    expect(textAt(theirs, 'key', 'tenantId')).toBe(other.id);
    expect((await tenant.admin.post('/v1/projects', { name: 'same key' }, headers)).status).toBe(201);
  });

  test('does not replay a denial: the request is judged again', async () => {
    const owner = await world.newTenant();
    const headers = freshKey();
    await world.operator.post(`/fdr/v1/tenants/${owner.id}/suspend`, { reason: 'x' });
    expect((await owner.admin.post('/v1/api-keys', serviceKey(), headers)).status).toBe(409);
    await world.operator.post(`/fdr/v1/tenants/${owner.id}/resume`, { reason: 'x' });
    expect((await owner.admin.post('/v1/api-keys', serviceKey(), headers)).status).toBe(201);
  });

  test('holds among many at once: one token, and every other answer is a replay or 409', async () => {
    const headers = freshKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => tenant.admin.post('/v1/api-keys', serviceKey({ name: 'raced' }), headers)));
    const made = answers.filter(({ text }) => text.includes('hoc_live_'));
    expect(made.length).toBe(1);
    for (const answer of answers) {
      if (answer.status === 201) continue;
      expect(answer.body).toMatchObject({ status: 409, code: 'IDEMPOTENCY_IN_FLIGHT' });
    }
    expect(itemsOf(await tenant.admin.get('/v1/api-keys?namePrefix=raced')).length).toBe(1);
  });

  describe('on POST /fdr/v1/tenants', () => {
    const body = async (): Promise<Readonly<Record<string, string>>> => ({ organizationId: await world.newOrganization(), name: 'Acme', plan: 'FREE', contactEmail: 'a@b.example' });

    test('creates one tenant; the replay has its first answer without the token', async () => {
      const [asked, headers] = [await body(), freshKey()];
      const [first, second] = [await world.operator.post('/fdr/v1/tenants', asked, headers), await world.operator.post('/fdr/v1/tenants', asked, headers)];
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(second.body).toEqual({ tenant: (first.body as { tenant: unknown }).tenant, managementKey: { id: textAt(first, 'managementKey', 'id'), token: null, tokenShown: true } });
      expect(itemsOf(await world.operator.get(`/fdr/v1/tenants?organizationId=${asked['organizationId'] ?? ''}`)).length).toBe(1);
    });

    test('after a crash between the two writes, finishes the provisioning and has the token', async () => {
      const [asked, headers] = [await body(), freshKey()];
      const created = await world.dispatch('account.write', 'create_tenant', asked, headers['idempotency-key']);
      const answer = await world.operator.post('/fdr/v1/tenants', asked, headers);
      expect([answer.status, answer.body]).toMatchObject([201, { tenant: { id: textAt({ body: created }, 'id'), status: 'ACTIVE' } }]);
      expect((await world.as(textAt(answer, 'managementKey', 'token')).get('/v1/tenant')).status).toBe(200);
    });

    test('for a tenant that was provisioned on its own path meanwhile, tells of its key without the token', async () => {
      const [asked, headers] = [await body(), freshKey()];
      const id = textAt({ body: await world.dispatch('account.write', 'create_tenant', asked, headers['idempotency-key']) }, 'id');
      const provisioned = await world.operator.post(`/fdr/v1/tenants/${id}/provision`);
      const answer = await world.operator.post('/fdr/v1/tenants', asked, headers);
      expect([answer.status, answer.body]).toMatchObject([201, { tenant: { id }, managementKey: { id: textAt(provisioned, 'managementKey', 'id'), token: null, tokenShown: true } }]);
    });

    test('without a key, makes two tenants of two requests', async () => {
      const asked = await body();
      const [first, second] = [await world.operator.post('/fdr/v1/tenants', asked), await world.operator.post('/fdr/v1/tenants', asked)];
      expect(textAt(first, 'tenant', 'id')).not.toBe(textAt(second, 'tenant', 'id'));
    });
  });
});
