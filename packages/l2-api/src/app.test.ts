import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { describe, expect, test } from 'vitest';
import { FAKE_FACADES, fakeSpine, TOKENS, type Answer, type FakeSpine } from '../test/fake-spine.ts';
import { createApp } from './app.ts';

const started = async (answers: Readonly<Record<string, Answer>> = {}, ready = () => Promise.resolve(true)): Promise<{ app: FastifyInstance; spine: FakeSpine }> => {
  const spine = fakeSpine(answers);
  return { app: await createApp({ registry: spine, ready, facades: FAKE_FACADES }), spine };
};

const manager = { authorization: `Bearer ${TOKENS.cus}` };
const json = { ...manager, 'content-type': 'application/json' };

/** An answer that is no success is a problem in every respect. */
function expectProblem(answer: LightMyRequestResponse, status: number, code: string): Record<string, unknown> {
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  const body = answer.json<Record<string, unknown>>();
  expect(body).toMatchObject({ status, code, type: `urn:hoc:problem:${code}`, requestId: answer.headers['x-request-id'] });
  expect(body.title).toEqual(expect.any(String));
  expect(body.detail).toEqual(expect.any(String));
  return body;
}

describe('authentication', () => {
  test.each([[undefined], ['Basic x'], ['Bearer'], ['Bearer unknown']])('%j is 401 with WWW-Authenticate: Bearer', async (authorization) => {
    const { app, spine } = await started();
    const answer = await app.inject({ url: '/v1/things', headers: authorization === undefined ? {} : { authorization } });
    expectProblem(answer, 401, 'UNAUTHENTICATED');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(spine.calls.every(({ address }) => address === 'auth.query')).toBe(true);
  });

  test.each([
    ['/v1/things', 'fdr'],
    ['/v1/things', 'int'],
  ] as const)('%s with a token of the plane %s is PLANE_FORBIDDEN', async (url, plane) => {
    const { app } = await started();
    expectProblem(await app.inject({ url, headers: { authorization: `Bearer ${TOKENS[plane]}` } }), 403, 'PLANE_FORBIDDEN');
  });

  const denied: Answer = () => ({ denial: { code: 'PERMISSION_DENIED', status: 403, detail: 'A service key manages nothing.' } });

  test('a service key is PERMISSION_DENIED on its own plane, and of the wrong plane elsewhere', async () => {
    const { app } = await started({ 'auth.query authenticate': denied });
    expectProblem(await app.inject({ url: '/v1/things', headers: manager }), 403, 'PERMISSION_DENIED');
    expectProblem(await app.inject({ method: 'POST', url: '/int/v1/keys/verify', headers: json, payload: {} }), 403, 'PLANE_FORBIDDEN');
  });

  test('an outage is 503 with Retry-After, never 401', async () => {
    const { app } = await started({ 'auth.query authenticate': () => ({ denial: { code: 'UNAVAILABLE', status: 503, detail: 'away' } }) });
    const answer = await app.inject({ url: '/v1/things', headers: manager });
    expectProblem(answer, 503, 'UNAVAILABLE');
    expect(answer.headers['retry-after']).toBe('1');
  });

  test('happens before a body is read: garbage without a token is 401', async () => {
    const { app } = await started();
    expectProblem(await app.inject({ method: 'POST', url: '/v1/things', payload: 'x'.repeat(100_000), headers: { 'content-type': 'text/csv' } }), 401, 'UNAUTHENTICATED');
  });

  describe('of a route that decides, together with what it asks', () => {
    const service = { authorization: `Bearer ${TOKENS.int}` };
    const verify = { method: 'POST', url: '/int/v1/keys/verify' } as const;
    const wrong: readonly [string, InjectOptions, number, string][] = [
      ['another media type', { headers: { 'content-type': 'text/csv' }, payload: 'x' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['a body over 64 KiB', { headers: { 'content-type': 'application/json' }, payload: 'x'.repeat(100_000) }, 413, 'PAYLOAD_TOO_LARGE'],
      ['malformed JSON', { headers: { 'content-type': 'application/json' }, payload: '{' }, 400, 'INVALID_INPUT'],
      ['no object', { headers: { 'content-type': 'application/json' }, payload: '[]' }, 400, 'INVALID_INPUT'],
      ['an unknown key', { headers: { 'content-type': 'application/json' }, payload: { token: 'x', tenantId: 'y' } }, 400, 'INVALID_INPUT'],
      ['a query', { url: `${verify.url}?a=1`, headers: { 'content-type': 'application/json' }, payload: { token: 'x' } }, 400, 'INVALID_INPUT'],
      ['no body', {}, 400, 'INVALID_INPUT'],
    ];

    test.each(wrong)('%s is told to a service, and to nobody else', async (_, options, status, code) => {
      const { app } = await started();
      const ask = (headers: Readonly<Record<string, string>>): Promise<LightMyRequestResponse> => app.inject({ ...verify, ...options, headers: { ...options.headers, ...headers } });
      expectProblem(await ask(service), status, code);
      expectProblem(await ask({}), 401, 'UNAUTHENTICATED');
      expectProblem(await ask({ authorization: 'Bearer unknown' }), 401, 'UNAUTHENTICATED');
      const other = await ask(manager);
      expectProblem(other, 403, 'PLANE_FORBIDDEN');
      expect(other.headers.connection).not.toBe('close');
    });

    test('an outage of the look-up is one of the answer, whatever else is wrong', async () => {
      const { app } = await started({ 'auth.query authenticate': () => ({ denial: { code: 'UNAVAILABLE', status: 503, detail: 'away' } }) });
      for (const [, options] of wrong) expectProblem(await app.inject({ ...verify, ...options, headers: { ...options.headers, ...service } }), 503, 'UNAVAILABLE');
    });

    test('is begun before the operation, which gets the principal once it is found', async () => {
      const { app, spine } = await started({ 'api_keys.query verify': () => ({ value: { valid: true, code: 'VALID' } }) });
      const answer = await app.inject({ ...verify, headers: service, payload: { token: 'x' } });
      expect([answer.statusCode, answer.json()]).toEqual([200, { valid: true, code: 'VALID' }]);
      expect(spine.calls.map(({ call }) => call.method)).toEqual(['authenticate', 'verify']);
      expect(await spine.calls[1]?.call.principal).toMatchObject({ plane: 'int', id: 'tok_int' });
    });

    test('is not looked up again where the answer cannot be written: that is a fault of ours, whatever became of the token', async () => {
      let looked = 0;
      const { app } = await started({
        'auth.query authenticate': () => {
          looked += 1;
          if (looked > 1) return { denial: { code: 'UNAUTHENTICATED', status: 401, detail: 'revoked since' } };
          return { value: { plane: 'int', id: 'tok_int', name: 'int', tenantId: null, permissions: [] } };
        },
        'api_keys.query verify': () => ({ value: { valid: true, get code(): string { throw new Error('cannot be written'); } } }),
      });
      expectProblem(await app.inject({ ...verify, headers: service, payload: { token: 'x' } }), 500, 'INTERNAL');
      expect(looked).toBe(1);
    });

    test('nobody is told what the operation answers', async () => {
      const { app } = await started({ 'api_keys.query verify': () => ({ value: { valid: true, code: 'VALID' } }) });
      const answer = await app.inject({ ...verify, headers: { authorization: 'Bearer unknown' }, payload: { token: 'x' } });
      expectProblem(answer, 401, 'UNAUTHENTICATED');
      expect(answer.body).not.toContain('VALID');
    });
  });

  test('hands on the token and the address of the socket, and nothing else', async () => {
    const { app, spine } = await started();
    await app.inject({ url: '/v1/things', headers: { ...manager, 'x-forwarded-for': '6.6.6.6' }, remoteAddress: '192.0.2.7' });
    expect(spine.calls[0]?.call).toMatchObject({ method: 'authenticate', principal: null, input: { token: TOKENS.cus, address: '192.0.2.7' } });
  });
});

describe('what no input may cause is a 5xx', () => {
  const post = { method: 'POST', url: '/v1/things' } as const;
  const bad: readonly [string, InjectOptions, number, string][] = [
    ['malformed JSON', { ...post, headers: json, payload: '{"name":' }, 400, 'INVALID_INPUT'],
    ['a JSON array', { ...post, headers: json, payload: '[]' }, 400, 'INVALID_INPUT'],
    ['a JSON string', { ...post, headers: json, payload: '"name"' }, 400, 'INVALID_INPUT'],
    ['JSON null', { ...post, headers: json, payload: 'null' }, 400, 'INVALID_INPUT'],
    ['no body', { ...post, headers: manager }, 400, 'INVALID_INPUT'],
    ['an empty body', { ...post, headers: json, payload: '' }, 400, 'INVALID_INPUT'],
    ['an unknown key', { ...post, headers: json, payload: { name: 'a', tenantStatus: 'ACTIVE' } }, 400, 'INVALID_INPUT'],
    ['a wrong type', { ...post, headers: json, payload: { name: 1 } }, 400, 'INVALID_INPUT'],
    ['bytes that are not UTF-8', { ...post, headers: json, payload: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }, 400, 'INVALID_INPUT'],
    ['a truncated UTF-8 sequence', { ...post, headers: json, payload: Buffer.from([0x22, 0xe2, 0x82, 0x22]) }, 400, 'INVALID_INPUT'],
    ['an overlong UTF-8 sequence', { ...post, headers: json, payload: Buffer.from([0x22, 0xc0, 0xaf, 0x22]) }, 400, 'INVALID_INPUT'],
    ['__proto__', { ...post, headers: json, payload: '{"name":"a","__proto__":{"isAdmin":true}}' }, 400, 'INVALID_INPUT'],
    ['nested __proto__', { ...post, headers: json, payload: '{"name":"a","metadata":{"x":[{"__proto__":1}]}}' }, 400, 'INVALID_INPUT'],
    ['constructor.prototype', { ...post, headers: json, payload: '{"name":"a","constructor":{"prototype":{}}}' }, 400, 'INVALID_INPUT'],
    ['nesting as deep as a body can be', { ...post, headers: json, payload: `{"name":"a","metadata":${'['.repeat(32_000)}${']'.repeat(32_000)}}` }, 400, 'INVALID_INPUT'],
    ['a body over 64 KiB', { ...post, headers: json, payload: `{"name":"${'a'.repeat(65_536)}"}` }, 413, 'PAYLOAD_TOO_LARGE'],
    ['text/plain', { ...post, headers: { ...json, 'content-type': 'text/plain' }, payload: '{"name":"a"}' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', { ...post, headers: { ...json, 'content-type': 'application/x-www-form-urlencoded' }, payload: 'name=a' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['merge-patch+json', { ...post, headers: { ...json, 'content-type': 'application/merge-patch+json' }, payload: '{"name":"a"}' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another charset', { ...post, headers: { ...json, 'content-type': 'application/json; charset=utf-16' }, payload: '{"name":"a"}' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a media type that is none', { ...post, headers: { ...json, 'content-type': 'json' }, payload: '{"name":"a"}' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body without a media type', { ...post, headers: manager, payload: Buffer.from('{"name":"a"}') }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body shorter than it says', { ...post, headers: { ...json, 'content-length': '100' }, payload: '{"name":"a"}' }, 400, 'INVALID_INPUT'],
    ['an empty Idempotency-Key', { ...post, headers: { ...json, 'idempotency-key': '' }, payload: { name: 'a' } }, 400, 'INVALID_INPUT'],
    ['a long Idempotency-Key', { ...post, headers: { ...json, 'idempotency-key': 'k'.repeat(256) }, payload: { name: 'a' } }, 400, 'INVALID_INPUT'],
    ['a query on a route that takes none', { ...post, url: '/v1/things?name=a', headers: json, payload: { name: 'a' } }, 400, 'INVALID_INPUT'],
    ['an unknown query key', { url: '/v1/things?size=1', headers: manager }, 400, 'INVALID_INPUT'],
    ['a repeated query key', { url: '/v1/things?limit=1&limit=2', headers: manager }, 400, 'INVALID_INPUT'],
    ['a limit that is no number', { url: '/v1/things?limit=ten', headers: manager }, 400, 'INVALID_INPUT'],
    ['a limit of none', { url: '/v1/things?limit=', headers: manager }, 400, 'INVALID_INPUT'],
    ['a limit out of range', { url: '/v1/things?limit=201', headers: manager }, 400, 'INVALID_INPUT'],
    ['a limit beyond all numbers', { url: `/v1/things?limit=${'9'.repeat(400)}`, headers: manager }, 400, 'INVALID_INPUT'],
    ['a badly encoded query', { url: '/v1/things?cursor=%E0%A4%A', headers: manager }, 400, 'INVALID_INPUT'],
    ['a badly encoded path', { url: '/v1/things/%E0%A4%A', headers: manager }, 400, 'INVALID_INPUT'],
    ['a lone percent sign in a path', { url: '/v1/things/%', headers: manager }, 400, 'INVALID_INPUT'],
    ['an id that no id looks like', { url: '/v1/things/an-id-that-is-too-long-for-one', headers: manager }, 404, 'NOT_FOUND'],
    ['an id longer than the router reads', { url: `/v1/things/${'a'.repeat(5000)}`, headers: manager }, 404, 'NOT_FOUND'],
    ['a body that names a path parameter', { method: 'PATCH', url: '/v1/things/t1', headers: json, payload: { thingId: 't2', name: 'a' } }, 400, 'INVALID_INPUT'],
    ['an unknown path', { url: '/v1/nothing' }, 404, 'NOT_FOUND'],
    ['an unknown plane', { url: '/v2/things', headers: manager }, 404, 'NOT_FOUND'],
    ['a path with a slash too many', { url: '/v1/things/', headers: manager }, 404, 'NOT_FOUND'],
    ['the root', { url: '/' }, 404, 'NOT_FOUND'],
    ['an unknown path with a broken body', { method: 'POST', url: '/v1/nothing', headers: json, payload: '{' }, 404, 'NOT_FOUND'],
    ['a known path with a wrong method', { method: 'PUT', url: '/v1/things', headers: { 'content-type': 'text/csv' }, payload: 'x' }, 405, 'METHOD_NOT_ALLOWED'],
    ['an open path with a wrong method', { method: 'POST', url: '/healthz' }, 405, 'METHOD_NOT_ALLOWED'],
  ];

  test.each(bad)('%s', async (_, request, status, code) => {
    const { app, spine } = await started();
    expectProblem(await app.inject(request), status, code);
    expect(spine.calls.filter(({ address }) => address !== 'auth.query').every(({ call }) => status === 400 || call.method === 'get')).toBe(true);
  });

  test('errors point into the input', async () => {
    const { app } = await started();
    const errorsOf = async (request: InjectOptions): Promise<unknown> => (await app.inject(request)).json<{ errors: unknown }>().errors;
    expect(await errorsOf({ ...post, headers: json, payload: { name: '', 'a/b': 1 } })).toMatchObject([{ path: '/name' }, { path: '/a~1b', message: 'unknown key' }]);
    expect(await errorsOf({ url: '/v1/things?limit=0&size=1', headers: manager })).toEqual([{ path: '/size', message: 'unknown key' }]);
    expect(await errorsOf({ method: 'PATCH', url: '/v1/things/t1', headers: json, payload: { thingId: 't2', name: 'a' } })).toEqual([{ path: '/thingId', message: 'unknown key' }]);
  });

  test('duplicate keys pass, the last one counts', async () => {
    const { app, spine } = await started();
    expect((await app.inject({ ...post, headers: json, payload: '{"name":"a","name":"b"}' })).statusCode).toBe(201);
    expect(spine.calls.at(-1)?.call.input).toEqual({ name: 'b' });
  });

  test('a byte order mark and a charset of utf-8 pass', async () => {
    const { app } = await started();
    const headers = { ...json, 'content-type': 'Application/JSON; Charset="UTF-8"' };
    expect((await app.inject({ ...post, headers, payload: '\ufeff{"name":"a"}' })).statusCode).toBe(201);
  });
});

describe('a dispatch', () => {
  test('is the operation of the route, by this principal, under this request\'s id, with the caller\'s key', async () => {
    const { app, spine } = await started();
    const headers = { ...json, 'idempotency-key': 'k1', 'x-request-id': 'trace-1' };
    const answer = await app.inject({ method: 'PATCH', url: '/v1/things/t%2F1', headers, payload: { name: 'a' } });
    expect(answer.headers['x-request-id']).toBe('trace-1');
    expect(spine.calls.at(-1)).toMatchObject({
      address: 'things.write',
      call: { method: 'rename', principal: { id: 'tok_cus' }, requestId: 'trace-1', idempotencyKey: 'k1', input: { thingId: 't/1', name: 'a' } },
    });
    expect(spine.calls.at(-1)?.call.tenantId).toBeUndefined();
  });

  test('names the tenant of the path, where it has the form of an id', async () => {
    const { app, spine } = await started();
    const headers = { authorization: `Bearer ${TOKENS.fdr}`, 'content-type': 'application/json' };
    const tenantId = 'tnt_01jq3v0hxkf2q8m4n6p7r9s0t1';
    const url = `/fdr/v1/tenants/${tenantId}/things`;
    expect((await app.inject({ method: 'POST', url, headers, payload: { name: 'a' } })).statusCode).toBe(201);
    expect(spine.calls.at(-1)?.call).toMatchObject({ tenantId, input: { name: 'a' } });
    for (const id of ['platform', 'tnt_1', '%00', '..', `${tenantId}x`]) {
      expectProblem(await app.inject({ method: 'POST', url: `/fdr/v1/tenants/${id}/things`, headers, payload: { name: 'a' } }), 404, 'NOT_FOUND');
    }
  });

  test('of a read has no idempotency key, whatever is sent', async () => {
    const { app, spine } = await started();
    expect((await app.inject({ url: '/v1/things/t1', headers: { ...manager, 'idempotency-key': 'not one' } })).statusCode).toBe(200);
    expect(spine.calls.at(-1)?.call.idempotencyKey).toBeUndefined();
  });

  test('answers what the output schema names, and nothing else of a value', async () => {
    const value = { id: 'thing_1', at: new Date(0), token: 't', digest: 'secret', pepperId: 'p1' };
    const { app } = await started({ 'things.write create': () => ({ value }), 'things.query list': () => ({ value: { items: [value], nextCursor: null } }) });
    const answer = await app.inject({ method: 'POST', url: '/v1/things', headers: json, payload: { name: 'a' } });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({ id: 'thing_1', at: '1970-01-01T00:00:00.000Z', token: 't' });
    expect((await app.inject({ url: '/v1/things', headers: manager })).body).not.toContain('secret');
  });

  test('of 204 has no body', async () => {
    const { app } = await started({ 'things.write remove': () => ({ value: null }) });
    const answer = await app.inject({ method: 'DELETE', url: '/v1/things/t1', headers: manager });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
  });

  test('that throws is INTERNAL, and its text goes to the log under the request id, never to the caller', async () => {
    const lines: { readonly err?: Error; readonly requestId?: string }[] = [];
    const note = (fields: object): void => void lines.push(fields);
    const quiet = (): void => undefined;
    const logger = { level: 'error', fatal: note, error: note, warn: quiet, info: quiet, debug: quiet, trace: quiet, silent: quiet, child: () => logger };
    const registry = fakeSpine({ 'things.query list': () => { throw new Error('relation "api_keys" does not exist'); } });
    const app = await createApp({ registry, ready: () => Promise.resolve(true), logger, facades: FAKE_FACADES });
    const answer = await app.inject({ url: '/v1/things', headers: manager });
    expectProblem(answer, 500, 'INTERNAL');
    expect(answer.body).not.toContain('api_keys');
    expect(lines.map(({ requestId }) => requestId)).toEqual([answer.headers['x-request-id']]);
    expect(lines[0]?.err?.message).toContain('api_keys');
  });
});

describe('what is not there', () => {
  test('has the same bytes for every id, but for requestId and instance', async () => {
    const { app } = await started({
      'things.query get': ({ input }) => ({
        denial: { code: 'NOT_FOUND', status: 404, detail: `There is no ${JSON.stringify(input)}.`, data: { owner: JSON.stringify(input) } },
      }),
    });
    const [a, b] = await Promise.all(['thing_a', 'thing_b'].map((id) => app.inject({ url: `/v1/things/${id}`, headers: { ...manager, 'x-request-id': id } })));
    expect(a?.body.replaceAll('thing_a', '')).toBe(b?.body.replaceAll('thing_b', ''));
    expect(Object.keys(a?.headers ?? {})).toEqual(Object.keys(b?.headers ?? {}));
  });
});

describe('methods', () => {
  test('405 names those that the path takes, and so does OPTIONS', async () => {
    const { app } = await started();
    const wrong = await app.inject({ method: 'POST', url: '/v1/things/t1' });
    expectProblem(wrong, 405, 'METHOD_NOT_ALLOWED');
    expect(wrong.headers.allow).toBe('DELETE, GET, HEAD, OPTIONS, PATCH');
    const options = await app.inject({ method: 'OPTIONS', url: '/v1/things' });
    expect([options.statusCode, options.headers.allow, options.body]).toEqual([204, 'GET, HEAD, OPTIONS, POST', '']);
    expectProblem(await app.inject({ method: 'OPTIONS', url: '/v1/nothing' }), 404, 'NOT_FOUND');
  });

  test('HEAD is GET without the body', async () => {
    const { app } = await started({ 'things.query list': () => ({ value: { items: [], nextCursor: null } }) });
    const head = await app.inject({ method: 'HEAD', url: '/v1/things', headers: manager });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect((await app.inject({ method: 'HEAD', url: '/v1/things' })).statusCode).toBe(401);
  });
});

describe('open routes', () => {
  test('/healthz answers without a token and without a database', async () => {
    const { app } = await started({}, () => Promise.reject(new Error('away')));
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'ok' });
  });

  test('/readyz is 503 with Retry-After while the database is away, and recovers', async () => {
    let away: 'no' | 'false' | 'rejects' = 'false';
    const { app } = await started({}, () => (away === 'rejects' ? Promise.reject(new Error('away')) : Promise.resolve(away === 'no')));
    for (const state of ['false', 'rejects'] as const) {
      away = state;
      const answer = await app.inject('/readyz');
      expectProblem(answer, 503, 'UNAVAILABLE');
      expect(answer.headers['retry-after']).toBe('1');
    }
    away = 'no';
    expect((await app.inject('/readyz')).json()).toEqual({ status: 'ok' });
  });

  test('/docs and all it loads come from here', async () => {
    const { app } = await started();
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(?:src|href)="https?:/);
    const assets = [...page.body.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g)].map(([, asset = '']) => (asset.startsWith('docs') ? `/${asset}` : `/docs/${asset}`));
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) expect([asset, (await app.inject(asset)).statusCode]).toEqual([asset, 200]);
    // The page once had the name and the logo of the plugin's makers.
    expect(page.body).toContain('<title>HOC: HTTP API</title>');
    const svg = (await app.inject('/docs/static/swagger-initializer.js')).body.match(/data:image\/svg\+xml;base64,([^']+)/)?.[1] ?? '';
    expect(Buffer.from(svg, 'base64').toString()).toContain('>HOC</text>');
  });

  test('are four: without facades there is nothing else', async () => {
    const spine = fakeSpine();
    const app = await createApp({ registry: spine, ready: () => Promise.resolve(true), facades: [] });
    expect(Object.keys((await app.inject('/openapi.json')).json<{ paths: object }>().paths)).toEqual(['/healthz', '/readyz']);
  });
});
