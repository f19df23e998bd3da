import type { RequestListener } from 'node:http';
import { startHttpsTarget, type HttpTarget } from '@hoc/testbed/https-target';
import type { TestCa, TestCertificate } from '@hoc/testbed/test-ca';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { Targets } from './targets.ts';
import { HOST, ask, failureOf, outboundFor, testCa } from './world.ts';

let ca: TestCa;
let certificate: TestCertificate;
/** Where redirects would lead, and where nobody may come. */
let trap: HttpTarget;
const targets = new Targets();

beforeAll(async () => {
  ca = await testCa();
  certificate = await ca.issue({ hosts: [HOST, 'other.example', '127.0.0.1', '127.0.0.2'] });
});

beforeEach(async () => {
  trap = await targets.start(startHttpsTarget(certificate, (_request, response) => response.end('trapped'), { address: '127.0.0.2' }));
});

afterEach(async () => {
  await targets.close();
});

const serving = (answer: RequestListener): Promise<HttpTarget> => targets.start(startHttpsTarget(certificate, answer));
const redirecting = (location: string, status = 302): Promise<HttpTarget> => serving((_request, response) => response.writeHead(status, { location }).end('x'.repeat(100_000)));

test.each([301, 302, 303, 307, 308])('a %i within the host is followed, credential and all, and its body is not read', async (status) => {
  const { port, asked } = await serving(({ url }, response) =>
    url === '/probe' ? response.writeHead(status, { location: '/moved?a=b' }).end('x'.repeat(100_000)) : response.end('there'),
  );
  const { answer } = await ask(port, outboundFor(ca), { headers: { authorization: new Secret('Bearer s3cret') } });
  expect(answer.ok && Buffer.from(answer.bytes).toString()).toBe('there');
  expect(asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/probe', 'Bearer s3cret'],
    ['/moved?a=b', 'Bearer s3cret'],
  ]);
});

test('a loop ends after three redirects', async () => {
  const { port, asked } = await redirecting('/probe');
  expect((await ask(port, outboundFor(ca))).answer).toEqual({ ok: false, failure: 'REDIRECT_REFUSED', message: 'The target redirects more than 3 times.' });
  expect(asked).toHaveLength(4);
});

test.each([
  ['a private address', 'https://10.0.0.1/'],
  ['the metadata service', 'http://169.254.169.254/latest/meta-data/'],
  ['the metadata service over HTTPS', 'https://169.254.169.254/'],
  ['a private address without a scheme', '//192.168.0.1/'],
  ['a private address behind backslashes', 'https:\\\\10.0.0.1\\x'],
  ['a private address in an IPv4-mapped one', 'https://[::ffff:10.0.0.1]/'],
  ['a private address written as a number', 'https://167772161/'],
])('a redirect to %s is refused', async (_what, location) => {
  const { port, asked } = await redirecting(location);
  expect(failureOf((await ask(port, outboundFor(ca))).answer)).toMatch(/^(ADDRESS|REDIRECT)_REFUSED$/);
  expect(asked).toHaveLength(1);
});

test('a redirect to another host, port or scheme is refused, although the address would do', async () => {
  for (const location of [
    (port: number) => `https://other.example:${port}/`,
    () => `https://${HOST}:${trap.port}/`,
    () => `https://127.0.0.2:${trap.port}/`,
    (port: number) => `http://${HOST}:${port}/`,
    (port: number) => `https://user:secret@${HOST}:${port}/`,
    () => 'ftp://target.example/',
    () => 'javascript:alert(1)',
    () => 'https://',
  ]) {
    const target = await serving((_request, response) => response.writeHead(302, { location: location(target.port) }).end());
    expect(failureOf((await ask(target.port, outboundFor(ca, { allowHttp: true }))).answer)).toBe('REDIRECT_REFUSED');
  }
  expect(trap.taken()).toBe(0);
});

test('the name is judged again at each hop: one that has moved to a private address in between is refused', async () => {
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  const { port, asked } = await redirecting('/again');
  const { answer } = await ask(port, outboundFor(ca, { resolve: async () => answers.shift() ?? [] }));
  expect(answer).toEqual({ ok: false, failure: 'ADDRESS_REFUSED', message: "The target's name resolves to a private address." });
  expect(asked).toHaveLength(1);
});

test('a POST follows no redirect, as no webhook may be taken elsewhere', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const { port, asked } = await redirecting('/again', status);
    expect(failureOf((await ask(port, outboundFor(ca), { method: 'POST', body: '{}' })).answer)).toBe('REDIRECT_REFUSED');
    expect(asked).toHaveLength(1);
  }
});

test('a status of redirects without a location is an answer', async () => {
  const { port } = await serving((_request, response) => response.writeHead(302).end());
  expect((await ask(port, outboundFor(ca))).answer).toMatchObject({ ok: true, status: 302 });
});
