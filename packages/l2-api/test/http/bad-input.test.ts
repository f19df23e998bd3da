import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt, type Answer, type Client } from './client.ts';
import type { Documented } from './conformance.ts';
import { createWorld, newKey, type TestTenant, type World } from './world.ts';

/** Values that a field may be sent as; most are wrong for most fields, and all can be written as JSON. */
const VALUES: readonly unknown[] = [
  { length: { valueOf: 1, toString: 1 } },
  null, true, 0, -1, 1.5, 1e308, 2 ** 53 + 2, '', ' ', 'x', '\u0000', 'a\u0000b', '\ud800', '\udc00x', '\ufeff', '💩', "'; drop table tenants; --", '%', '\\',
  'x'.repeat(10_000), [], [null], [[]], ['x', 'x'], ['\u0000'], ['\ud800'], Array.from({ length: 5000 }, () => 'a'), {}, { a: 1 }, { and: [] }, { not: { not: 'a:b' } },
  { '\u0000': 1 }, { a: '\ud800' }, '2020-01-01T00:00:00Z', '99999-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '2026-02-30T00:00:00Z', 'hoc_live_x', '0.0.0.0/0', '::/129',
];

const IDS: readonly string[] = ['%00', '%F0%9F%92%A9', '%E2%80%AE', '..', '%2e%2e%2f', 'x'.repeat(101), 'x'.repeat(3000), "'", '%22', '*', '%5C', '-1', 'null', '__proto__', 'constructor'];

const QUERY_VALUES: readonly string[] = ['', '%00', 'a%00b', '%ED%A0%80', '%FF', '%', '0', '-1', '1e9', '201', '99999999999999999999', 'NaN', 'x', "'", '%F0%9F%92%A9', '[]', 'null', 'x'.repeat(5000)];

/** As JSON writes it; a lone surrogate stays an escape, as a client may send it. */
const written = (value: unknown): string => JSON.stringify(value).replaceAll(/[\ud800-\udfff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

/** A place to send input to: who sends it, where to, and with what in the body beside it. */
interface Target {
  readonly client: Client;
  readonly path: string;
  readonly beside: Readonly<Record<string, unknown>>;
}

/** Makes what an operation works on, in a state in which it can be done. */
class Targets {
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  async fresh({ path, operation }: Documented, shared?: TestTenant): Promise<Target> {
    const example = operation.requestBody?.content['application/json']?.example ?? {};
    if (path.startsWith('/int/')) return { client: this.#world.service, path, beside: example };
    if (path.startsWith('/fdr/')) return { client: this.#world.operator, path: path.replace('{id}', await this.#operatorsId(path)), beside: await this.#organized(path, example) };
    const tenant = shared ?? (await this.#world.newTenant());
    if (operation.security.some((scheme) => 'serviceKey' in scheme)) return { client: this.#world.as((await newKey(tenant)).token), path, beside: example };
    if (!path.includes('{id}')) return { client: tenant.admin, path, beside: example };
    if (path.startsWith('/v1/projects/')) {
      return { client: tenant.admin, path: path.replace('{id}', textAt(await tenant.admin.post('/v1/projects', { name: 'a' }), 'id')), beside: example };
    }
    if (path.startsWith('/v1/integrations/')) {
      const made = await tenant.admin.post('/v1/integrations', { connectorType: 'OPENAI', name: randomUUID(), credential: 'sk-planted' });
      const integration = path.replace('{id}', textAt(made, 'id'));
      if (path.endsWith('/disable')) await tenant.admin.post(integration.replace('/disable', '/enable'));
      return { client: tenant.admin, path: integration, beside: example };
    }
    const { id } = await newKey(tenant);
    if (path.endsWith('/unfreeze')) await tenant.admin.post(`/v1/api-keys/${id}/freeze`, { reason: 'x' });
    return { client: tenant.admin, path: path.replace('{id}', id), beside: example };
  }

  async #operatorsId(path: string): Promise<string> {
    if (path.startsWith('/fdr/v1/connector-types/')) return 'WEATHER';
    if (!path.startsWith('/fdr/v1/tenants/')) return 'BI-APIKEY-001';
    const { id } = await this.#world.newTenant();
    const before: Readonly<Record<string, string>> = { resume: 'suspend', archive: 'terminate' };
    const step = before[path.split('/').at(-1) ?? ''];
    if (step !== undefined) await this.#world.operator.post(`/fdr/v1/tenants/${id}/${step}`, { reason: 'x' });
    return id;
  }

  async #organized(path: string, example: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    return path === '/fdr/v1/tenants' ? { ...example, organizationId: await this.#world.newOrganization() } : example;
  }
}

describe('no input causes a 5xx', () => {
  let world: World;
  let targets: Targets;

  beforeAll(async () => {
    world = await createWorld('pglite');
    targets = new Targets(world);
  });
  afterAll(() => world.close());

  const withBody = (): readonly Documented[] => world.conformance.operations().filter(({ operation }) => operation.requestBody !== undefined);
  const isOpen = ({ operation }: Documented): boolean => operation.security.length === 0;

  /** What must hold of any answer to any input; the client checks that it is a problem, and one that the document has. */
  const expectNoFault = (what: readonly unknown[], { status, text }: Answer): void => {
    expect([...what, status >= 500 ? text : '']).toEqual([...what, '']);
  };
  /** An input may have been a good one. */
  const letGoOfTheBrake = (): Promise<Answer> => world.operator.put('/fdr/v1/degraded', { isDegraded: false, reason: 'x' });

  test('a body that is no JSON object of known fields is 400, on every route that takes one', async () => {
    const routes = withBody();
    expect(routes.length).toBeGreaterThan(15);
    for (const documented of routes) {
      const { method } = documented;
      const { client, path } = await targets.fresh(documented);
      for (const raw of ['{', '{"name":}', 'null', '[]', '"x"', '1', '{"nobodyKnowsThis":1}', '{"__proto__":{"a":1}}', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, new Uint8Array([0x7b, 0xff, 0x7d])]) {
        const answer = await client.send(method, path, { raw });
        expect([method, path, raw, answer.status, answer.body]).toMatchObject([method, path, raw, 400, { code: 'INVALID_INPUT' }]);
      }
      const large = await client.send(method, path, { raw: `{"name":"${'x'.repeat(65_536)}"}` });
      expect([method, path, large.status]).toEqual([method, path, 413]);
      const text = await client.send(method, path, { raw: '{}', headers: { 'content-type': 'text/plain' } });
      expect([method, path, text.status]).toEqual([method, path, 415]);
    }
  }, 120_000);

  test('every field of every body takes every odd value without a fault', async () => {
    for (const documented of withBody()) {
      const { method, path, operation } = documented;
      for (const field of Object.keys(operation.requestBody?.content['application/json']?.schema.properties ?? {})) {
        // One tenant for the values of a field: its plan has room for what all of them may make.
        const tenant = path.startsWith('/v1/') ? await world.newTenant() : undefined;
        let accepted = 0;
        let target = await targets.fresh(documented, tenant);
        for (const value of VALUES) {
          const answer = await target.client.send(method, target.path, { raw: written({ ...target.beside, [field]: value }) });
          expectNoFault([method, path, field, value], answer);
          if (answer.status >= 300) continue;
          // What was accepted may have changed what the next value meets.
          accepted += 1;
          if (path === '/fdr/v1/degraded') await letGoOfTheBrake();
          if (path.includes('{id}')) target = await targets.fresh(documented, tenant);
        }
        // A field that takes text took some of these: the values were judged, not what stood before them.
        if (['name', 'reason', 'ownerRef'].includes(field)) expect([method, path, field, accepted > 0]).toEqual([method, path, field, true]);
      }
    }
  }, 240_000);

  test('every id in a path takes every odd value without a fault', async () => {
    const paths = new Set(world.conformance.operations().map(({ path }) => path));
    for (const documented of world.conformance.operations()) {
      const { method, path } = documented;
      if (!path.includes('{id}')) continue;
      const { client, beside } = await targets.fresh(documented);
      for (const id of IDS) {
        // A client that resolves dots before it asks has asked another route.
        if (paths.has(new URL(path.replace('{id}', id), 'http://hoc').pathname)) continue;
        const answer = await client.send(method, path.replace('{id}', id), method === 'GET' ? {} : { body: beside });
        expectNoFault([method, path, id], answer);
        expect([method, path, id, answer.status >= 400]).toEqual([method, path, id, true]);
      }
    }
  }, 120_000);

  test('every query key takes every odd value without a fault', async () => {
    for (const documented of world.conformance.operations()) {
      const { method, path, operation } = documented;
      if (isOpen(documented)) continue;
      const target = await targets.fresh(documented);
      for (const { name } of (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')) {
        for (const value of QUERY_VALUES) expectNoFault([method, path, name, value], await target.client.send(method, `${target.path}?${name}=${value}`));
        const twice = await target.client.send(method, `${target.path}?${name}=1&${name}=1`);
        expect([path, name, twice.status]).toEqual([path, name, 400]);
      }
      const unknown = await target.client.send(method, `${target.path}?nobodyKnowsThis=1`);
      expect([method, path, unknown.status]).toEqual([method, path, 400]);
    }
  }, 120_000);

  test('permission queries are 400 beyond a depth of 8, and never a fault', async () => {
    const nested = (depth: number): unknown => {
      let query: unknown = 'a:b';
      for (let level = 1; level < depth; level += 1) query = { not: query };
      return query;
    };
    const key = await newKey(await world.newTenant(), { permissions: ['a:b'] });
    for (const [depth, status] of [[1, 200], [8, 200], [9, 400], [60, 400], [5000, 400]] as const) {
      const answer = await world.service.post('/int/v1/keys/verify', { token: key.token, permissions: nested(depth) });
      expect([depth, answer.status]).toEqual([depth, status]);
    }
  });

  test('a malformed Idempotency-Key is 400 on every write', async () => {
    for (const documented of world.conformance.operations()) {
      const { method, path, operation } = documented;
      if (!(operation.parameters ?? []).some(({ name }) => name === 'Idempotency-Key')) continue;
      const target = await targets.fresh(documented);
      const answer = await target.client.send(method, target.path, { body: target.beside, headers: { 'idempotency-key': 'not a key' } });
      expect([method, path, answer.status, answer.body]).toMatchObject([method, path, 400, { code: 'INVALID_INPUT' }]);
    }
  });

  test('after all this nothing went wrong inside, the server works, and the audit logs verify', async () => {
    expect(world.server.failures).toEqual([]);
    expect((await world.anonymous.get('/readyz')).status).toBe(200);
    const tenant = await world.newTenant();
    expect((await newKey(tenant)).token).toMatch(/^hoc_live_/);
    expect((await tenant.admin.get('/v1/audit/verify')).body).toMatchObject({ valid: true });
  });
});
