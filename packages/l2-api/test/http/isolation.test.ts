import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemsOf, textAt, type Answer } from './client.ts';
import type { Documented } from './conformance.ts';
import { createWorld, newKey, serviceKey, type TestTenant, type World } from './world.ts';

/** Ids that are well-formed, and nobody's. */
const NOBODY = { '/v1/projects': 'prj_01jq3v0hxkf2q8m4n6p7r9s0t1', '/v1/api-keys': 'key_01jq3v0hxkf2q8m4n6p7r9s0t1', '/v1/webhooks': 'whk_01jq3v0hxkf2q8m4n6p7r9s0t1', '/v1/integrations': 'int_01jq3v0hxkf2q8m4n6p7r9s0t1' } as const;

const newWebhook = async ({ admin }: TestTenant): Promise<string> => textAt(await admin.post('/v1/webhooks', { url: 'https://secret.example/hook' }), 'webhook', 'id');

const newIntegration = async ({ admin }: TestTenant, name: string): Promise<string> =>
  textAt(await admin.post('/v1/integrations', { connectorType: 'OPENAI', name, credential: 'sk-secret' }), 'id');

/** The bytes of an answer without what may differ: the request's id and the path that was asked. */
function bytesOf({ status, headers, body }: Answer): string {
  const { requestId: _, instance: __, ...rest } = body as Readonly<Record<string, unknown>>; // a problem: checked by the client
  const kept = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date' && name !== 'content-length');
  return JSON.stringify([status, kept, Object.entries(rest)]);
}

describe.each(BACKENDS)('another tenant is not there, on %s', (backend) => {
  let world: World;
  let alice: TestTenant;
  let bob: TestTenant;
  let foreign: Readonly<Record<keyof typeof NOBODY, string>>;
  /** Everything that Bob can read of himself. */
  const stateOfBob = async (): Promise<string> =>
    JSON.stringify(await Promise.all(['/v1/tenant', '/v1/projects', '/v1/api-keys', '/v1/webhooks', '/v1/integrations', '/v1/audit'].map(async (path) => (await bob.admin.get(path)).body)));

  beforeAll(async () => {
    world = await createWorld(backend);
    [alice, bob] = await Promise.all([world.newTenant(), world.newTenant()]);
    await Promise.all([newWebhook(bob), newIntegration(bob, 'secret other provider')]);
    foreign = {
      '/v1/projects': textAt(await bob.admin.post('/v1/projects', { name: 'secret plans' }), 'id'),
      '/v1/api-keys': (await newKey(bob, { name: 'secret key', ownerRef: 'bobs user' })).id,
      '/v1/webhooks': await newWebhook(bob),
      '/v1/integrations': await newIntegration(bob, 'secret provider'),
    };
  });
  afterAll(() => world.close());

  /** Every route of the cus plane that takes an id, as the document has it. */
  const routesWithId = (): readonly (Documented & { readonly collection: keyof typeof NOBODY })[] =>
    world.conformance.operations().flatMap((documented) => {
      const [collection = '', rest] = documented.path.split('/{id}');
      return documented.path.startsWith('/v1/') && rest !== undefined ? [{ ...documented, collection: collection as keyof typeof NOBODY }] : [];
    });

  test('every operation that takes an id answers another tenant\'s with the bytes of nobody\'s, and changes nothing', async () => {
    const before = await stateOfBob();
    const routes = routesWithId();
    expect(routes.length).toBe(23);
    for (const { method, path, collection, operation } of routes) {
      const body = operation.requestBody?.content['application/json']?.example;
      const ask = (id: string): Promise<Answer> => alice.admin.send(method, path.replace('{id}', id), { body });
      const [theirs, nobodys] = [await ask(foreign[collection]), await ask(NOBODY[collection])];
      expect([method, path, theirs.status]).toEqual([method, path, 404]);
      expect(bytesOf(theirs)).toBe(bytesOf(nobodys));
      expect(theirs.text.length - foreign[collection].length).toBe(nobodys.text.length - NOBODY[collection].length);
    }
    expect(await stateOfBob()).toBe(before);
  });

  test('an id of another kind, and no id at all, have the same bytes', async () => {
    const known = bytesOf(await alice.admin.get(`/v1/api-keys/${NOBODY['/v1/api-keys']}`));
    for (const id of [foreign['/v1/projects'], bob.id, 'x', 'key_', '%00', '%F0%9F%92%A9', 'a'.repeat(300), "'%20or%20true--", '*']) {
      expect([id, bytesOf(await alice.admin.get(`/v1/api-keys/${id}`))]).toEqual([id, known]);
    }
  });

  test('a key cannot be put into another tenant\'s project: the answer is that of a project that nobody has', async () => {
    const ask = (projectId: string): Promise<Answer> => alice.admin.post('/v1/api-keys', serviceKey({ projectId }));
    const [theirs, nobodys] = [await ask(foreign['/v1/projects']), await ask(NOBODY['/v1/projects'])];
    expect(theirs.status).toBe(404);
    expect(bytesOf(theirs)).toBe(bytesOf(nobodys));
  });

  test('lists, filters and cursors reach no further than the tenant', async () => {
    for (const path of [`/v1/api-keys?projectId=${foreign['/v1/projects']}`, '/v1/api-keys?namePrefix=secret', '/v1/api-keys?ownerRef=bobs%20user']) {
      expect(itemsOf(await alice.admin.get(path))).toEqual([]);
    }
    for (const path of ['/v1/projects', '/v1/api-keys', '/v1/webhooks', '/v1/integrations', '/v1/audit']) {
      const whole = await alice.admin.get(path);
      expect(whole.text).not.toContain(bob.id);
      const cursor = (await bob.admin.get(`${path}?limit=1`)).body as { readonly nextCursor: string | null }; // the document's schema has shown it
      expect(cursor.nextCursor).not.toBeNull();
      const page = await alice.admin.get(`${path}?cursor=${cursor.nextCursor ?? ''}`);
      expect(page.text).not.toMatch(new RegExp(`${bob.id}|${bob.managementKeyId}|secret`));
    }
  });

  test('usage is the tenant\'s own, and of its own keys, whatever span is asked', async () => {
    const hour = '2026-03-07T23:00:00.000Z';
    await world.server.asOwner(`insert into usage_hours (tenant_id, key_id, hour, verdict, count) values ($1, $2, $3, 'VALID', 1)`, [bob.id, foreign['/v1/api-keys'], hour]);
    const path = '/v1/usage?bucket=hour&from=2026-03-07T23:00:00Z&to=2026-03-08T00:00:00Z';
    expect(itemsOf(await bob.admin.get(path))).toEqual([{ start: hour, counts: { VALID: 1 } }]);
    expect(itemsOf(await alice.admin.get(path))).toEqual([{ start: hour, counts: {} }]);
    const nobodys = await alice.admin.get(`/v1/api-keys/${NOBODY['/v1/api-keys']}/usage`);
    expect(bytesOf(await alice.admin.get(`/v1/api-keys/${foreign['/v1/api-keys']}/usage?bucket=hour`))).toBe(bytesOf(nobodys));
  });

  test('limits that a tenant sets for its owners are its own', async () => {
    const before = await stateOfBob();
    expect((await alice.admin.put('/v1/owner-rate-limits', { rateLimits: [{ name: 'a', limit: 1, windowMs: 1000 }] })).status).toBe(200);
    expect(await stateOfBob()).toBe(before);
  });

  test('a tenant\'s overview, audit log and its verification are the tenant\'s own', async () => {
    expect((await alice.admin.get('/v1/tenant')).body).toMatchObject({ tenant: { id: alice.id }, usage: { serviceKeys: 0 } });
    const entries = itemsOf(await alice.admin.get('/v1/audit?limit=200'));
    expect((await alice.admin.get('/v1/audit/verify')).body).toMatchObject({ valid: true, entries: entries.length });
  });

  test('operators\' paths answer a tenant that nobody has, and what is no tenant, alike', async () => {
    const body = { reason: 'x' };
    for (const step of ['suspend', 'resume', 'terminate', 'archive']) {
      const answers = await Promise.all(['tnt_01jq3v0hxkf2q8m4n6p7r9s0t1', 'platform', 'tnt_', '%00'].map((id) => world.operator.post(`/fdr/v1/tenants/${id}/${step}`, body)));
      expect(new Set(answers.map(bytesOf)).size).toBe(1);
      expect(answers[0]?.status).toBe(404);
    }
    for (const [method, path, body] of [['GET', '', undefined], ['POST', '/provision', undefined], ['POST', '/management-keys', { name: 'x' }], ['PUT', '/rate-limits', { rateLimits: [] }]] as const) {
      const answer = await world.operator.send(method, `/fdr/v1/tenants/tnt_01jq3v0hxkf2q8m4n6p7r9s0t1${path}`, body === undefined ? {} : { body });
      expect([path, answer.status, answer.body]).toMatchObject([path, 404, { code: 'NOT_FOUND' }]);
    }
  });
});
