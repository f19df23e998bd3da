import type { RequestListener } from 'node:http';
import { startHttpsTarget, startTcpTarget, type HttpTarget } from '@hoc/testbed/https-target';
import { createTestCa, type TestCa, type TestCertificate } from '@hoc/testbed/test-ca';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { performProbe, type ProbeResult } from '../../src/integrations/probe.ts';
import type { ProbeDefinition } from '../../src/integrations/rows.ts';
import { TIMEOUT_MS } from '../../src/outbound/guarded-request.ts';
import type { Outbound } from '../../src/outbound/outbound.ts';
import type { TrafficLimits } from '../../src/outbound/traffic.ts';
import { Secret } from '../../src/secret.ts';
import { Targets } from '../outbound/targets.ts';
import { HOST, outboundFor } from '../outbound/world.ts';

const CREDENTIAL = 'sk-planted-s3cret';
const DEFINITION: ProbeDefinition = { method: 'GET', url: '{baseUrl}/models', headers: { authorization: 'Bearer {credential}' }, healthyStatuses: [200] };
/** Nothing here may take longer than the deadline of probes, and what a busy machine adds. */
const LATEST_MS = TIMEOUT_MS + 2500;

let ca: TestCa;
let certificate: TestCertificate;
const targets = new Targets();

beforeAll(async () => {
  ca = await createTestCa();
  certificate = await ca.issue({ hosts: [HOST] });
});

afterEach(async () => {
  await targets.close();
});

const serving = (answer: RequestListener, under: TestCertificate = certificate): Promise<HttpTarget> => targets.start(startHttpsTarget(under, answer));

const probe = async (port: number, outbound: Outbound = outboundFor(ca), definition: ProbeDefinition = DEFINITION): Promise<ProbeResult> => {
  const startedAt = performance.now();
  const subject = { tenantId: 'tnt_1', definition, config: { baseUrl: `https://${HOST}:${port}/v1` }, credential: new Secret(CREDENTIAL) };
  const result = await performProbe(subject, outbound);
  expect(performance.now() - startedAt).toBeLessThan(LATEST_MS);
  expect(JSON.stringify(result)).not.toContain(CREDENTIAL);
  return result;
};

const failing = (message: string): ProbeResult => ({ performed: true, ok: false, health: 'FAILING', message });

describe('what a target does, and the health that it gets', () => {
  test('it accepts the credential: HEALTHY', async () => {
    const { port, asked } = await serving(({ headers }, response) => response.writeHead(headers.authorization === `Bearer ${CREDENTIAL}` ? 200 : 401).end('{"data":[]}'));
    expect(await probe(port)).toEqual({ performed: true, ok: true, health: 'HEALTHY', message: 'The target answered 200.' });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v1/models']);
  });

  test('it refuses the credential, and repeats it in its answer: FAILING, without it', async () => {
    const { port } = await serving(({ headers }, response) => response.writeHead(401, `no ${headers.authorization}`, { 'x-echo': headers.authorization }).end(headers.authorization));
    expect(await probe(port)).toEqual(failing('The target refused the credential (401).'));
  });

  test('it is broken: DEGRADED', async () => {
    const { port } = await serving((_request, response) => response.writeHead(500).end('stack trace'));
    expect(await probe(port)).toEqual({ performed: true, ok: false, health: 'DEGRADED', message: 'The target is in trouble (500).' });
  });

  test('it is slow, under the deadline that probes really have: FAILING', async () => {
    const { port } = await serving(() => undefined);
    expect(await probe(port)).toEqual(failing('The target did not answer in time: its answer did not end.'));
  });

  test('its body drips: FAILING', async () => {
    const { port } = await serving((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(drip));
    });
    expect(await probe(port)).toEqual(failing('The target did not answer in time: its answer did not end.'));
  });

  test('its body is huge: FAILING', async () => {
    const { port } = await serving((_request, response) => response.end('x'.repeat(5_000_000)));
    expect(await probe(port)).toEqual(failing("The target's answer is larger than 65536 bytes."));
  });

  test('it redirects to a private address: FAILING', async () => {
    const { port } = await serving((_request, response) => response.writeHead(302, { location: 'https://10.0.0.1/' }).end());
    expect(await probe(port)).toEqual(failing('The target redirects to a URL that names a private address.'));
  });

  test('it redirects to another host: FAILING, and the credential did not go there', async () => {
    const other = await serving((_request, response) => response.end());
    const { port } = await serving((_request, response) => response.writeHead(307, { location: `https://other.example:${other.port}/` }).end());
    expect(await probe(port)).toEqual(failing('The target redirects to another host.'));
    expect(other.taken()).toBe(0);
  });

  test('it redirects in a circle: FAILING', async () => {
    const { port } = await serving((_request, response) => response.writeHead(302, { location: '/v1/models' }).end());
    expect(await probe(port)).toEqual(failing('The target redirects more than 3 times.'));
  });

  test('its name is rebound to a private address between two probes: the first is HEALTHY, the second FAILING', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const outbound = outboundFor(ca, { resolve: async () => answers.shift() ?? [] });
    const { port, taken } = await serving((_request, response) => response.end());
    expect(await probe(port, outbound)).toMatchObject({ health: 'HEALTHY' });
    expect(await probe(port, outbound)).toEqual(failing("The target's name resolves to a private address."));
    expect(taken()).toBe(1);
  });

  test('its certificate has expired, or is of nobody that is trusted: FAILING, and it never saw the credential', async () => {
    const expired = await serving((_request, response) => response.end(), await ca.issue({ hosts: [HOST], validForMs: -1000 }));
    expect(await probe(expired.port)).toEqual(failing("The target's certificate has expired."));
    const unknown = await serving((_request, response) => response.end(), await (await createTestCa('nobody')).issue({ hosts: [HOST] }));
    expect(await probe(unknown.port)).toEqual(failing("The target's certificate comes from an authority that is not trusted here."));
    expect([...expired.asked, ...unknown.asked]).toEqual([]);
  });

  test('nobody listens: FAILING', async () => {
    const { port, close } = await startTcpTarget(() => undefined);
    await close();
    expect(await probe(port)).toEqual(failing('The target takes no connection.'));
  });

  test('it takes the connection and says nothing: FAILING', async () => {
    const { port } = await targets.start(startTcpTarget((socket) => socket.resume()));
    expect(await probe(port)).toEqual(failing('The target did not answer in time: the TLS handshake did not end.'));
  });

  test('its type has a status of its own that proves the credential: HEALTHY', async () => {
    const { port } = await serving((request, response) => request.pipe(response.writeHead(400)));
    expect(await probe(port, outboundFor(ca), { ...DEFINITION, method: 'POST', body: '{}', healthyStatuses: [400] })).toMatchObject({ health: 'HEALTHY', ok: true });
  });
});

describe('a target that stays out of reach', () => {
  const limits: Partial<TrafficLimits> = { failuresToOpen: 3, pauseMs: 1000 };
  let outbound: Outbound;

  beforeEach(() => {
    outbound = outboundFor(ca, { limits });
  });

  test('is left alone, and healthy again by itself once it is back', async () => {
    let isBroken = true;
    const { port, taken } = await targets.start(
      startHttpsTarget(certificate, ({ socket }, response) => {
        if (isBroken) socket.destroy();
        else response.end();
      }),
    );
    for (let failure = 0; failure < 3; failure += 1) expect(await probe(port, outbound)).toMatchObject({ health: 'FAILING' });
    expect(await probe(port, outbound)).toEqual({ performed: false, message: 'The target was out of reach several times in a row; nothing was sent, it is tried again after a pause.' });
    expect(taken()).toBe(3);
    isBroken = false;
    await expect.poll(async () => (await probe(port, outbound)).message, { interval: 50, timeout: 5000 }).toBe('The target answered 200.');
    expect(taken()).toBe(4);
  });
});

test('probes beyond the shares are not performed, and those under way end well', async () => {
  const outbound = outboundFor(ca, { limits: { perTenant: 2 } });
  const { port, taken } = await serving((_request, response) => void setTimeout(() => response.end(), 300));
  const results = await Promise.all(Array.from({ length: 5 }, () => probe(port, outbound)));
  expect(results.filter(({ performed }) => !performed)).toHaveLength(3);
  expect(results.filter((result) => result.performed && result.ok)).toHaveLength(2);
  expect(taken()).toBe(2);
});

test('a credential that no header can carry, or a config without the field of the template, sends nothing', async () => {
  const { port, taken } = await serving((_request, response) => response.end());
  const outbound = outboundFor(ca);
  const subject = { tenantId: 'tnt_1', definition: DEFINITION, config: { baseUrl: `https://${HOST}:${port}` }, credential: new Secret('a\r\nx-injected: b') };
  expect(await performProbe(subject, outbound)).toEqual(failing('A header has a name or a value that may not be sent.'));
  expect(await performProbe({ ...subject, config: {} }, outbound)).toMatchObject({ health: 'FAILING' });
  expect(taken()).toBe(0);
});
