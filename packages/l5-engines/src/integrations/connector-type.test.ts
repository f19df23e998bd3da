import { expect, test } from 'vitest';
import { connectorTypeProblems, type ConnectorDefinition } from './connector-type.ts';

const POLICY = { allowHttp: false, networks: [] };
const DEFINITION: ConnectorDefinition = {
  configSchema: { type: 'object', additionalProperties: false, properties: { baseUrl: { type: 'string' }, org: { type: 'string' } } },
  probe: { method: 'POST', url: '{baseUrl}/models', headers: { authorization: 'Bearer {credential}', 'x-org': '{org}' }, body: '{"model":"{org}"}', healthyStatuses: [200] },
  credentialKind: 'TOKEN',
};
const of = (changes: Partial<ConnectorDefinition>, probe: Partial<ConnectorDefinition['probe']> = {}): readonly string[] =>
  connectorTypeProblems({ ...DEFINITION, ...changes, probe: { ...DEFINITION.probe, ...probe } }, POLICY).map(({ path, message }) => `${path.join('/')} ${message}`);

test('a definition whose probe names what its config has is sound', () => {
  expect(of({})).toEqual([]);
  expect(of({ credentialKind: 'URL' }, { url: '{credential}', headers: {} })).toEqual([]);
  expect(of({}, { url: 'https://api.example.com/' })).toEqual([]);
  expect(of({}, { body: '{"messages":[{"role":"user"}],"model":"{org}"}' })).toEqual([]);
});

test('a type may have no config and no credential, and its probe no body', () => {
  const probe = { method: 'GET', url: 'https://api.example.com/', headers: {}, healthyStatuses: [200] } as const;
  const definition = { configSchema: { type: 'object', additionalProperties: false }, probe, credentialKind: 'NONE' } as const;
  expect(connectorTypeProblems(definition, POLICY)).toEqual([]);
  expect(connectorTypeProblems({ ...definition, probe: { ...probe, url: 'https://{region}.example.com/' } }, POLICY)).toEqual([{ path: ['probe', 'url'], message: 'names {region}, which the config has not' }]);
});

test('what its probe names and its config has not is told, place by place', () => {
  expect(of({}, { url: '{base}/x', headers: { a: '{b}' }, body: '{"a":"{c}"}' })).toEqual([
    'probe/url names {base}, which the config has not', 'probe/body names {c}, which the config has not', 'probe/headers/a names {b}, which the config has not',
  ]);
  expect(of({ credentialKind: 'NONE' })).toEqual(['probe/headers/authorization names {credential}, which the config has not']);
});

test('other definitions that could not work, or would show the credential in a URL, are refused', () => {
  expect(of({ configSchema: { type: 'array' } })).toEqual(['configSchema must be of an object, with additionalProperties false']);
  expect(of({}, { url: 'http://api.example.com' })).toEqual(['probe/url must begin with https:// or a field of the config']);
  expect(of({}, { url: 'http://api.example.com/{org}' })).toEqual(['probe/url must begin with https:// or a field of the config']);
  expect(of({}, { url: 'https://api.example.com/?key={credential}' })).toEqual(['probe/url may be the credential, but must hold none']);
  expect(of({ credentialKind: 'URL' })).toEqual(['credentialKind is URL where the URL of the probe is the credential, and only there']);
  expect(of({}, { url: '{credential}' })).toEqual(['credentialKind is URL where the URL of the probe is the credential, and only there']);
  for (const url of ['{baseUrl}/#x', 'https://', 'https://10.0.0.1/', 'https://me:pw@a.example/', 'https://a.example/#x', 'https://{org}:25/']) expect(of({}, { url })).toEqual([expect.stringMatching(/^probe\/url would make a URL that /)]);
  for (const headers of [{ Host: 'x' }, { connection: 'close' }, { 'proxy-x': 'x' }, { a: 'b\r\nc' }]) expect(of({}, { headers })).toEqual([`probe/headers/${Object.keys(headers)[0]} is a header that HOC sends itself, or holds what no header can carry`]);
  for (const body of ['{', '', '{"a":{org}}', 'a=b']) expect(of({}, { body })).toEqual(['probe/body must be JSON, with the fields of the config within its texts']);
  expect(of({}, { headers: { 'a b': 'x' } })).toEqual(['probe/headers/a b is not the name of a header']);
});
