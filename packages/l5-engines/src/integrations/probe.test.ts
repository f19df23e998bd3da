import { describe, expect, test } from 'vitest';
import { OUTBOUND_FAILURES, type OutboundAnswer } from '../outbound/answer.ts';
import { Secret } from '../secret.ts';
import { healthOf, probeRequest, type ProbeAuth, type ProbeDefinition } from './probe.ts';

const answered = (status: number): OutboundAnswer => ({ ok: true, status, headers: {}, bytes: new Uint8Array() });
const DEFINITION: ProbeDefinition = { method: 'GET', url: 'https://api.example.com/v1/models', auth: { scheme: 'BEARER' } };
const requestOf = (definition: Partial<ProbeDefinition>, config: Readonly<Record<string, unknown>> = {}, credential: Secret | null = new Secret('s3cret')): ReturnType<typeof probeRequest> =>
  probeRequest({ tenantId: 'tnt_1', definition: { ...DEFINITION, ...definition }, config, credential });
const plain = (value: string | Secret | undefined): string | undefined => (value instanceof Secret ? value.reveal() : value);

describe('the health that a status stands for', () => {
  test.each([
    [200, 'HEALTHY'],
    [204, 'HEALTHY'],
    [299, 'HEALTHY'],
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
  ] as const)('%i: %s', (status, health) => {
    expect(healthOf(answered(status), [])).toMatchObject({ performed: true, health, ok: health === 'HEALTHY' });
  });

  test('a status that the connector type counts as proof is healthy', () => {
    expect(healthOf(answered(400), [400])).toMatchObject({ health: 'HEALTHY', ok: true });
    expect(healthOf(answered(401), [400])).toMatchObject({ health: 'FAILING', ok: false });
  });

  test.each(OUTBOUND_FAILURES.filter((failure) => failure !== 'BUSY'))('%s: FAILING, with the reason', (failure) => {
    expect(healthOf({ ok: false, failure, message: 'why' }, [])).toEqual({ performed: true, ok: false, health: 'FAILING', message: 'why' });
  });

  test('no room for the request says nothing of the target: not performed, not failing', () => {
    expect(healthOf({ ok: false, failure: 'BUSY', message: 'why' }, [])).toEqual({ performed: false, message: 'why' });
  });
});

describe('the request of a probe', () => {
  test.each<readonly [ProbeAuth, string, string]>([
    [{ scheme: 'BEARER' }, 'authorization', 'Bearer s3cret'],
    [{ scheme: 'BASIC' }, 'authorization', `Basic ${Buffer.from('s3cret').toString('base64')}`],
    [{ scheme: 'HEADER', name: 'x-api-key' }, 'x-api-key', 's3cret'],
    [{ scheme: 'HEADER', name: '{+header}' }, 'x-from-config', 's3cret'],
  ])('%j carries the credential as a secret', (auth, name, value) => {
    const request = requestOf({ auth }, { header: 'x-from-config' });
    expect(plain(request?.headers?.[name])).toBe(value);
    expect(JSON.stringify(request)).not.toContain('s3cret');
  });

  test('without a scheme there is no credential in it', () => {
    expect(requestOf({ auth: { scheme: 'NONE' } })?.headers).toEqual({});
    expect(requestOf({ auth: { scheme: 'NONE' } }, {}, null)?.headers).toEqual({});
  });

  test('url and headers are filled from the config, and the URL may be the credential', () => {
    const request = requestOf({ url: 'https://bedrock.{region}.example.com/', headers: { 'x-version': '{version}' } }, { region: 'eu', version: 'v 2' });
    expect([plain(request?.url), request?.headers?.['x-version']]).toEqual(['https://bedrock.eu.example.com/', 'v%202']);
    const hook = requestOf({ method: 'POST', url: '{+credential}', auth: { scheme: 'NONE' }, body: '{}' }, {}, new Secret('https://hooks.example/T0/s3cret'));
    expect(plain(hook?.url)).toBe('https://hooks.example/T0/s3cret');
    expect(hook).toMatchObject({ method: 'POST', body: '{}' });
    expect(JSON.stringify(hook)).not.toContain('s3cret');
  });

  test('a config cannot take the credential elsewhere: its own `credential` is not believed, and headers of the type see the config alone', () => {
    expect(plain(requestOf({ url: '{+credential}', auth: { scheme: 'NONE' } }, { credential: 'https://evil.example/' })?.url)).toBe('s3cret');
    expect(requestOf({ headers: { 'x-note': '{credential}' } })).toBeNull();
  });

  test('there is none where a template names what is not there, or the credential is missing', () => {
    expect(requestOf({ url: 'https://{missing}.example/' })).toBeNull();
    expect(requestOf({ headers: { 'x-a': '{missing}' } })).toBeNull();
    expect(requestOf({ auth: { scheme: 'HEADER', name: '{+missing}' } })).toBeNull();
    expect(requestOf({}, {}, null)).toBeNull();
    expect(requestOf({ url: '{+credential}', auth: { scheme: 'NONE' } }, {}, null)).toBeNull();
  });
});
