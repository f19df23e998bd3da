import { expect, test } from 'vitest';
import type { ProbeDefinition } from './rows.ts';
import { targetOrigin, targetProblems } from './target.ts';

const POLICY = { allowHttp: false, networks: [] };
const probe = (url: string): ProbeDefinition => ({ method: 'GET', url, headers: {}, healthyStatuses: [200] });

test('a URL that tenants may choose is none', () => {
  expect(targetProblems(probe('{baseUrl}/models'), { baseUrl: 'https://api.example.com/v1/' }, POLICY)).toEqual([]);
  expect(targetProblems(probe('https://bedrock.{region}.example.com/'), { region: 'eu-west-1' }, POLICY)).toEqual([]);
});

test.each([
  'http://api.example.com', 'https://user:hunter2@api.example.com', 'https://127.0.0.1', 'https://[::1]', 'https://0x7f.1', 'https://[::ffff:10.0.0.1]', 'https://169.254.169.254',
  'https://2130706433', 'https://аpple.com', 'ftp://api.example.com', 'https://api.example.com#hunter2', 'https://api.example.com:25', 'javascript:alert(1)', 'https://',
])('%s is told at its field, and not repeated', (baseUrl) => {
  const [problem, ...others] = targetProblems(probe('{baseUrl}/models'), { baseUrl }, POLICY);
  expect([problem?.path, others]).toEqual([['config', 'baseUrl'], []]);
  expect(problem?.message).toMatch(/^the URL /);
  expect(problem?.message).not.toContain('hunter2');
});

test('what a config puts into the middle of a host stays there', () => {
  expect(targetProblems(probe('https://bedrock.{region}.example.com/'), { region: 'x.evil.example/' }, POLICY)).toMatchObject([{ path: ['config'] }]);
});

test('a config that lacks what the URL needs is told so; a URL that is the credential is judged with that', () => {
  expect(targetProblems(probe('{baseUrl}/models'), {}, POLICY)).toEqual([{ path: ['config', 'baseUrl'], message: "lacks a field that the connector type's probe needs, or has one that it cannot use there" }]);
  expect(targetProblems(probe('{credential}'), {}, POLICY)).toEqual([]);
});

test('the origin of a target is its scheme, host and port, as it is resolved; not its path', () => {
  const of = (url: string, config: object = {}): string | null => targetOrigin({ url }, { ...config });
  expect([of('{baseUrl}/models', { baseUrl: 'https://API.example.com:443/v1' }), of('{baseUrl}', { baseUrl: 'https://api.example.com/v2?x' })]).toEqual(['https://api.example.com', 'https://api.example.com']);
  expect([of('https://a.example:8443/{x}', { x: 'b' }), of('{u}', { u: 'http://a.example' })]).toEqual(['https://a.example:8443', 'http://a.example']);
  expect([of('https://bedrock.{region}.example.com/', { region: 'eu' }), of('https://bedrock.{region}.example.com/', { region: 'us' })]).toEqual(['https://bedrock.eu.example.com', 'https://bedrock.us.example.com']);
  expect([of('{baseUrl}/models'), of('{u}', { u: 'nonsense' })]).toEqual([null, null]);
  // A host can be as secret as the rest of such a URL.
  expect(of('{credential}', { credential: 'https://s3cret.example' })).toBe('{credential}');
});
