import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt, type Answer } from './client.ts';
import { createWorld, type TestTenant, type World } from './world.ts';

type Body = Readonly<Record<string, unknown>>;

const PLANTED = 'sk-planted-hunter2';
const OPENAI = { connectorType: 'OPENAI', name: 'a name', credential: PLANTED } as const;

describe.each(BACKENDS)('bad input to integrations, on %s', (backend) => {
  let world: World;
  let tenant: TestTenant;
  let path: string;

  beforeAll(async () => {
    world = await createWorld(backend);
    tenant = await world.newTenant();
    path = `/v1/integrations/${textAt(await tenant.admin.post('/v1/integrations', { ...OPENAI, name: 'Taken' }), 'id')}`;
  });
  afterAll(() => world.close());

  /** Everything that a write could have left of the tenant, but the audit entry of its refusal. */
  const rows = async (): Promise<string> => {
    const tables = ['integrations', 'tenant_counters', 'outbox_events', 'idempotency_records', 'connector_types'];
    const texts = await Promise.all(tables.map((table) => world.server.asOwner<{ row: string }>(`select row::text as row from ${table} as row order by 1`)));
    return JSON.stringify(texts);
  };
  const isRefused = async (ask: () => Promise<Answer>, status: number, code: string, at: string | null): Promise<void> => {
    const before = await rows();
    const answer = await ask();
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status, code, ...(at === null ? {} : { errors: [{ path: at }] }) });
    expect(answer.text).not.toContain('hunter2');
    expect(await rows()).toBe(before);
  };

  test.each<readonly [what: string, body: Body, status: number, code: string, at: string | null]>([
    ['an unknown connector', { ...OPENAI, connectorType: 'NOBODY' }, 400, 'INVALID_INPUT', '/connectorType'],
    ['a config that its schema refuses', { ...OPENAI, config: { organization: 7 } }, 400, 'INVALID_INPUT', '/config/organization'],
    ['a config with a member that is unknown', { ...OPENAI, config: { key: 'hunter2' } }, 400, 'INVALID_INPUT', '/config/key'],
    ['a config that is no object', { ...OPENAI, config: ['hunter2'] }, 400, 'INVALID_INPUT', '/config'],
    ['a blank name', { ...OPENAI, name: ' \u2003\t' }, 400, 'INVALID_INPUT', '/name'],
    ['no name', { connectorType: 'OPENAI', credential: PLANTED }, 400, 'INVALID_INPUT', '/name'],
    ['a name of which nothing is seen', { ...OPENAI, name: '\u3164\u200b' }, 400, 'INVALID_INPUT', '/name'],
    ['a name that is shown as another', { ...OPENAI, name: 'taken\u202e' }, 400, 'INVALID_INPUT', '/name'],
    ['a name that is taken, with something in it that is not seen', { ...OPENAI, name: 'ta\ufe0fken' }, 409, 'NAME_TAKEN', null],
    ['a name that is taken, in other letters', { ...OPENAI, name: 'tAKEN' }, 409, 'NAME_TAKEN', null],
    ['an oversize credential', { ...OPENAI, credential: 'hunter2'.repeat(700) }, 400, 'INVALID_INPUT', '/credential'],
    ['a body that is too large', { ...OPENAI, credential: 'hunter2'.repeat(10_000) }, 413, 'PAYLOAD_TOO_LARGE', null],
    ['no credential where one is needed', { connectorType: 'OPENAI', name: 'x' }, 400, 'INVALID_INPUT', '/credential'],
    ['a URL with credentials', { ...OPENAI, config: { baseUrl: 'https://me:hunter2@api.example.com/' } }, 400, 'INVALID_INPUT', '/config/baseUrl'],
    ['a URL that is not HTTPS', { ...OPENAI, config: { baseUrl: 'http://api.example.com/hunter2' } }, 400, 'INVALID_INPUT', '/config/baseUrl'],
    ['an internationalised host that looks like another', { ...OPENAI, config: { baseUrl: 'https://раypal.example/' } }, 400, 'INVALID_INPUT', '/config/baseUrl'],
    ['a host in full-width letters', { ...OPENAI, config: { baseUrl: 'https://ａpi.example.com/' } }, 400, 'INVALID_INPUT', '/config/baseUrl'],
    ['the loopback as an IPv6 literal', { ...OPENAI, config: { baseUrl: 'https://[::1]/' } }, 400, 'INVALID_INPUT', '/config/baseUrl'],
    ['a private address mapped into IPv6', { ...OPENAI, config: { baseUrl: 'https://[::ffff:a00:1]/' } }, 400, 'INVALID_INPUT', '/config/baseUrl'],
    ['the metadata address as a number', { ...OPENAI, config: { baseUrl: 'https://2852039166/' } }, 400, 'INVALID_INPUT', '/config/baseUrl'],
    ['a region that would lead to another host', { connectorType: 'BEDROCK', name: 'x', credential: PLANTED, config: { region: 'evil.example/#' } }, 400, 'INVALID_INPUT', '/config/region'],
    ['a webhook URL that is private', { connectorType: 'SLACK_WEBHOOK', name: 'x', credential: 'https://10.0.0.1/hunter2' }, 400, 'INVALID_INPUT', '/credential'],
  ])('%s is a problem, and writes nothing', async (_what, body, status, code, at) => {
    await isRefused(() => tenant.admin.post('/v1/integrations', body), status, code, at);
  });

  test('so are changes that would bring these about, and steps that the state does not allow', async () => {
    const { admin } = tenant;
    await isRefused(() => admin.patch(path, { version: 1, config: { baseUrl: 'https://me:hunter2@api.example.com' } }), 400, 'INVALID_INPUT', '/config/baseUrl');
    await isRefused(() => admin.patch(path, { version: 1, connectorType: 'HTTP' }), 400, 'INVALID_INPUT', '/connectorType');
    await isRefused(() => admin.patch(path, { version: 2, name: 'x' }), 409, 'VERSION_CONFLICT', null);
    await isRefused(() => admin.patch(path, { version: 1, config: { baseUrl: 'https://evil.example/v1' } }), 409, 'CREDENTIAL_BOUND', null);
    await isRefused(() => admin.post(`${path}/credential`, { credential: 'sk-hunter2', config: { baseUrl: 'https://gateway.example/v1' } }), 400, 'INVALID_INPUT', '/version');
    await isRefused(() => admin.post(`${path}/credential`, { credential: 'sk-hunter2', version: 2, config: {} }), 409, 'VERSION_CONFLICT', null);
    await isRefused(() => admin.post(`${path}/credential`, { credential: 'hunter2\n' }), 400, 'INVALID_INPUT', '/credential');
    await isRefused(() => admin.post(`${path}/credential`, { credential: null }), 400, 'INVALID_INPUT', '/credential');
    await isRefused(() => admin.post(`${path}/disable`), 409, 'INVARIANT_VIOLATION', null);
    await isRefused(() => admin.post(`${path}/probe`, { health: 'HEALTHY' }), 400, 'INVALID_INPUT', '/health');
    await isRefused(() => admin.post(`${path}/probe`), 409, 'PROBE_NOT_SENT', null);
    await isRefused(() => world.operator.get('/fdr/v1/integrations'), 400, 'INVARIANT_VIOLATION', null);
  });

  test('a plan that is full is told as such', async () => {
    const { admin } = await world.newTenant('FREE');
    for (const name of ['1', '2', '3']) expect((await admin.post('/v1/integrations', { ...OPENAI, name })).status).toBe(201);
    await isRefused(() => admin.post('/v1/integrations', { ...OPENAI, name: '4' }), 409, 'PLAN_LIMIT', null);
  });

  test.each<readonly [what: string, change: Body]>([
    ['a schema that leads out of itself', { configSchema: { type: 'object', additionalProperties: false, properties: { a: { $ref: 'https://evil.example/schema.json' } } } }],
    ['a schema that refers to itself', { configSchema: { type: 'object', additionalProperties: false, allOf: [{ $ref: '#' }] } }],
    ['a pattern that no linear engine takes', { configSchema: { type: 'object', additionalProperties: false, properties: { a: { type: 'string', pattern: '(a)\\1' } } } }],
    ['a header that is HOC\'s own', { probe: { method: 'GET', url: 'https://a.example/', headers: { host: 'b.example' }, healthyStatuses: [200] } }],
    ['a schema that is none', { configSchema: { type: 'object', additionalProperties: false, properties: 7 } }],
    ['a probe that would show the credential in a URL', { probe: { method: 'GET', url: 'https://a.example/?key={credential}', healthyStatuses: [200] } }],
    ['a method that changes things', { probe: { method: 'DELETE', url: 'https://a.example/', healthyStatuses: [200] } }],
  ])('a connector type with %s is a problem, and writes nothing', async (_what, change) => {
    const good = { title: 'A', credentialKind: 'TOKEN', configSchema: { type: 'object', additionalProperties: false }, probe: { method: 'GET', url: 'https://a.example/', healthyStatuses: [200] } };
    await isRefused(() => world.operator.put('/fdr/v1/connector-types/BAD', { ...good, ...change }), 400, 'INVALID_INPUT', null);
  });
});
