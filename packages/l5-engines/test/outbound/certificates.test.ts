import { startHttpsTarget } from '@hoc/testbed/https-target';
import { createTestCa, type TestCa, type TestCertificate } from '@hoc/testbed/test-ca';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseCaBundle } from '../../src/outbound/ca-bundle.ts';
import { Targets } from './targets.ts';
import { HOST, ask, failureOf, outboundFor, testCa } from './world.ts';

let ca: TestCa;
let stranger: TestCa;
const targets = new Targets();

beforeAll(async () => {
  ca = await testCa();
  stranger = await createTestCa('somebody else');
});

afterEach(async () => {
  await targets.close();
});

/** A server under this certificate, that counts whom it answers. */
const under = async (certificate: TestCertificate): Promise<{ readonly port: number; readonly asked: readonly unknown[] }> =>
  targets.start(startHttpsTarget(certificate, (_request, response) => response.end('ok')));

const refused = async (certificate: TestCertificate, message: string): Promise<void> => {
  const { port, asked } = await under(certificate);
  expect((await ask(port, outboundFor(ca))).answer).toEqual({ ok: false, failure: 'TLS', message });
  expect(asked, 'a request was sent before the certificate was judged').toEqual([]);
};

test('a certificate that has expired', async () => {
  await refused(await ca.issue({ hosts: [HOST], validForMs: -60_000 }), "The target's certificate has expired.");
});

test('a certificate for another host', async () => {
  await refused(await ca.issue({ hosts: ['other.example', '*.example.com'] }), "The target's certificate is for another host.");
});

test('a certificate for the address that was reached, but not for the name', async () => {
  await refused(await ca.issue({ hosts: ['127.0.0.1'] }), "The target's certificate is for another host.");
});

test('a certificate of an unknown authority', async () => {
  await refused(await stranger.issue({ hosts: [HOST] }), "The target's certificate comes from an authority that is not trusted here.");
});

test('an authority of the same name as the trusted one, and another key', async () => {
  const { port } = await under(await (await testCa()).issue({ hosts: [HOST] }));
  expect(failureOf((await ask(port, outboundFor(ca))).answer)).toBe('TLS');
});

test('an address in the URL needs a certificate for that address', async () => {
  const { port } = await under(await ca.issue({ hosts: [HOST] }));
  expect(failureOf((await ask(port, outboundFor(ca), { url: `https://127.0.0.1:${port}/` })).answer)).toBe('TLS');
});

test('without the extra authority, the platform does not trust the test server', async () => {
  const { port } = await under(await ca.issue({ hosts: [HOST] }));
  expect(failureOf((await ask(port, outboundFor(ca, { extraCa: [] }))).answer)).toBe('TLS');
});

describe('the file of extra authorities', () => {
  test('holds one certificate or more, and what stands between them is nothing', () => {
    expect(parseCaBundle(ca.cert)).toMatchObject({ ok: true, certificates: { length: 1 } });
    expect(parseCaBundle(`# ours\n${ca.cert}\n# theirs\n${stranger.cert}\n`)).toMatchObject({ ok: true, certificates: { length: 2 } });
  });

  test('is refused when empty, or when one of its certificates cannot be read', () => {
    expect(parseCaBundle('')).toEqual({ ok: false, problem: 'holds no certificate in PEM form' });
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    expect(parseCaBundle(`${ca.cert}\n${broken}`)).toEqual({ ok: false, problem: 'holds a certificate that cannot be read, number 2' });
  });
});
