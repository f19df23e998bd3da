import { describe, expect, test } from 'vitest';
import { inMemory, LAB } from '../../test/outbound/in-memory.ts';
import { OUTBOUND_FAILURES, type OutboundAnswer } from '../outbound/answer.ts';
import { Secret } from '../secret.ts';
import { healthOf, performProbe, probeRequest } from './probe.ts';
import type { ProbeDefinition } from './rows.ts';

const answered = (status: number): OutboundAnswer => ({ ok: true, status, headers: {}, bytes: new Uint8Array() });
const DEFINITION: ProbeDefinition = { method: 'GET', url: 'https://api.example.com/v1/models', headers: { authorization: 'Bearer {credential}' }, healthyStatuses: [200] };
const requestOf = (definition: Partial<ProbeDefinition>, config: Readonly<Record<string, unknown>> = {}, credential: Secret | null = new Secret('s3cret')): ReturnType<typeof probeRequest> =>
  probeRequest({ tenantId: 'tnt_1', definition: { ...DEFINITION, ...definition }, config, credential });
const plain = (value: string | Secret | undefined): string | undefined => (value instanceof Secret ? value.reveal() : value);

describe('the health that a status stands for', () => {
  test.each([
    [200, 'HEALTHY'],
    [204, 'HEALTHY'],
    [206, 'FAILING'],
    [302, 'FAILING'],
    [304, 'FAILING'],
    [400, 'FAILING'],
    [401, 'FAILING'],
    [403, 'FAILING'],
    [404, 'FAILING'],
    [408, 'DEGRADED'],
    [425, 'DEGRADED'],
    [429, 'DEGRADED'],
    [500, 'DEGRADED'],
    [503, 'DEGRADED'],
    [599, 'DEGRADED'],
  ] as const)('%i, where 200 and 204 are healthy: %s', (status, health) => {
    expect(healthOf(answered(status), [200, 204])).toMatchObject({ performed: true, health, ok: health === 'HEALTHY' });
  });

  test.each([
    [200, 'The target answered 200.'],
    [204, 'The target answered 204, which is not what a working integration gets.'],
    [401, 'The target refused the credential (401).'],
    [403, 'The target refused the credential (403).'],
    [408, 'The target is in trouble (408).'],
    [429, 'The target limits the rate (429).'],
    [500, 'The target is in trouble (500).'],
  ])('%i is told as a person would want it: %s', (status, message) => {
    expect(healthOf(answered(status), [200])).toMatchObject({ message });
  });

  test('the connector type has the first word on any status, as where there is no harmless request', () => {
    expect(healthOf(answered(400), [200, 400])).toMatchObject({ health: 'HEALTHY', ok: true });
    expect(healthOf(answered(403), [200, 400])).toMatchObject({ health: 'FAILING', ok: false });
  });

  test.each(OUTBOUND_FAILURES.filter((failure) => failure !== 'BUSY' && failure !== 'OPEN_CIRCUIT'))('%s: FAILING, with the reason', (failure) => {
    expect(healthOf({ ok: false, failure, message: 'why' }, [200])).toEqual({ performed: true, ok: false, health: 'FAILING', message: 'why' });
  });

  test.each(['BUSY', 'OPEN_CIRCUIT'] as const)('%s, where nothing is sent, says nothing of the target: not performed, not failing', (failure) => {
    expect(healthOf({ ok: false, failure, message: 'why' }, [200])).toEqual({ performed: false, message: 'why' });
  });
});

describe('the request of a probe', () => {
  test('carries the credential where its type says, and shows it to nobody else', () => {
    for (const [headers, name, value] of [
      [{ authorization: 'Bearer {credential}' }, 'authorization', 'Bearer s3cret'],
      [{ 'x-api-key': '{credential}', 'x-version': '{version}' }, 'x-api-key', 's3cret'],
    ] as const) {
      const request = requestOf({ headers }, { version: '2023-06-01' });
      expect(plain(request?.headers?.[name])).toBe(value);
      expect(JSON.stringify(request)).not.toContain('s3cret');
    }
  });

  test('has URL, headers and body filled from the config; the URL may be the credential', () => {
    const request = requestOf({ url: '{baseUrl}/v{version}', headers: { 'x-version': '{version}' }, body: '{"to":"{to}"}', method: 'POST' }, { baseUrl: 'https://x.example', version: 'a b', to: 'a"b' });
    expect([plain(request?.url), plain(request?.headers?.['x-version']), request?.body, request?.method]).toEqual(['https://x.example/va%20b', 'a b', '{"to":"a\\"b"}', 'POST']);
    const hook = requestOf({ method: 'POST', url: '{credential}', headers: {}, body: '{}' }, {}, new Secret('https://hooks.example/T0/s3cret'));
    expect([plain(hook?.url), hook?.body]).toEqual(['https://hooks.example/T0/s3cret', '{}']);
    expect(JSON.stringify(hook)).not.toContain('s3cret');
  });

  test('has a body only where its type has one', () => {
    expect(Object.keys(requestOf({}) ?? {})).toEqual(['tenantId', 'method', 'url', 'headers']);
    expect(Object.keys(requestOf({ body: '{}' }) ?? {})).toContain('body');
  });

  test("a config's own `credential` is never taken for one", () => {
    expect(plain(requestOf({ url: '{credential}' }, { credential: 'https://evil.example/' })?.url)).toBe('s3cret');
    expect(requestOf({ url: '{credential}' }, { credential: 'https://evil.example/' }, null)).toBeNull();
  });

  test('without a credential the header that needs one is left out, and the others are sent', () => {
    const { headers = {} } = requestOf({ headers: { authorization: 'Bearer {credential}', 'x-a': 'b' } }, {}, null) ?? {};
    expect(Object.entries(headers).map(([name, value]) => [name, plain(value)])).toEqual([['x-a', 'b']]);
  });

  test('there is none where a template names what is not there', () => {
    expect(requestOf({ url: 'https://{missing}.example/' })).toBeNull();
    expect(requestOf({ headers: { 'x-a': '{missing}' } })).toBeNull();
    expect(requestOf({ body: '{"a":"{missing}"}' })).toBeNull();
  });
});

describe('a probe', () => {
  const subject = (url: string) => ({ tenantId: 'tnt_1', definition: { ...DEFINITION, url }, config: {}, credential: new Secret('s3cret') });

  test('asks the target, with the credential, and says what its answer means', async () => {
    const seen: unknown[] = [];
    const { outbound } = inMemory({
      networks: LAB,
      serve: (request, response) => {
        seen.push([request.method, request.url, request.headers.authorization]);
        response.writeHead(503).end();
      },
    });
    expect(await performProbe(subject('http://lab.example:8080/v1/models'), outbound)).toEqual({ performed: true, ok: false, health: 'DEGRADED', message: 'The target is in trouble (503).' });
    expect(seen).toEqual([['GET', '/v1/models', 'Bearer s3cret']]);
  });

  test('without what its request needs asks nobody, and is FAILING', async () => {
    const { outbound, asked } = inMemory();
    expect(await performProbe(subject('http://{missing}.example/'), outbound)).toEqual({
      performed: true, ok: false, health: 'FAILING', message: "The config lacks a field that the connector type's probe needs, or there is no credential.",
    });
    expect(asked).toEqual([]);
  });
});
