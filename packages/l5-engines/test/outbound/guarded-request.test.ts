import type { RequestListener } from 'node:http';
import { startHttpsTarget, startTcpTarget } from '@hoc/testbed/https-target';
import type { TestCa, TestCertificate } from '@hoc/testbed/test-ca';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import type { Outbound } from '../../src/outbound/outbound.ts';
import { Targets } from './targets.ts';
import { HOST, ask, failureOf, outboundFor, testCa } from './world.ts';

/** What a slow target gets here, and how much later than that an answer may come on a busy machine. */
const TIMEOUT_MS = 400;
const GRACE_MS = 1500;

let ca: TestCa;
let certificate: TestCertificate;
let outbound: Outbound;
const targets = new Targets();

beforeAll(async () => {
  ca = await testCa();
  certificate = await ca.issue({ hosts: [HOST, '127.0.0.1'] });
});

beforeEach(() => {
  outbound = outboundFor(ca);
});

afterEach(async () => {
  await targets.close();
  expect(outbound.traffic.underWay).toBe(0);
});

const https = async (answer: RequestListener): Promise<number> => (await targets.start(startHttpsTarget(certificate, answer))).port;

const tcp = async (meet: Parameters<typeof startTcpTarget>[0]): Promise<number> => (await targets.start(startTcpTarget(meet))).port;

describe('a target that behaves', () => {
  test('status, headers and body come back; the secret header is sent, and what frames the message is ours', async () => {
    const started = await targets.start(
      startHttpsTarget(certificate, (_request, response) => response.writeHead(200, { 'x-kind': 'target', 'set-cookie': ['a=1', 'b=2'] }).end('hello')),
    );
    const { answer } = await ask(started.port, outbound, { headers: { Authorization: new Secret('Bearer s3cret') } });
    if (!answer.ok) throw new Error(answer.message);
    expect({ status: answer.status, text: Buffer.from(answer.bytes).toString(), kind: answer.headers['x-kind'], cookies: answer.headers['set-cookie'] }).toEqual({
      status: 200,
      text: 'hello',
      kind: 'target',
      cookies: 'a=1, b=2',
    });
    expect(started.asked[0]?.headers).toEqual({
      host: `${HOST}:${started.port}`,
      authorization: 'Bearer s3cret',
      'user-agent': 'HOC',
      accept: '*/*',
      'accept-encoding': 'identity',
      connection: 'close',
    });
  });

  test('a POST carries its body', async () => {
    const port = await https((request, response) => request.pipe(response.writeHead(202)));
    const { answer } = await ask(port, outbound, { method: 'POST', body: 'ünïcode', headers: { 'content-type': 'text/plain' } });
    expect(answer).toMatchObject({ ok: true, status: 202 });
    expect(answer.ok && Buffer.from(answer.bytes).toString()).toBe('ünïcode');
  });

  test('a HEAD may announce a body of any size, for none comes', async () => {
    const port = await https((_request, response) => response.writeHead(200, { 'content-length': '99999999' }).end());
    expect((await ask(port, outbound, { method: 'HEAD' })).answer).toMatchObject({ ok: true, status: 200 });
  });

  test.each([204, 304, 401, 403, 404, 429, 500, 503])('%i is an answer, not a failure', async (status) => {
    const port = await https((_request, response) => response.writeHead(status).end());
    expect((await ask(port, outbound)).answer).toMatchObject({ ok: true, status });
  });

  test('an address in the URL is reached under a certificate for that address', async () => {
    const port = await https((_request, response) => response.end('ok'));
    expect((await ask(port, outbound, { url: `https://127.0.0.1:${port}/` })).answer).toMatchObject({ ok: true, status: 200 });
  });
});

describe('a target that takes its time is left at the deadline, whatever it does until then', () => {
  const late: readonly (readonly [string, () => Promise<number>, string])[] = [
    ['headers that never come', () => https(() => undefined), 'its answer did not end'],
    [
      'headers that drip',
      () =>
        tcpTls((write) => {
          write('HTTP/1.1 200 OK\r\n');
          return 'x-drip: 1\r\n';
        }),
      'its answer did not end',
    ],
    [
      'a body that drips',
      () =>
        https((_request, response) => {
          response.writeHead(200);
          const drip = setInterval(() => response.write('.'), 20);
          response.on('close', () => clearInterval(drip));
        }),
      'its answer did not end',
    ],
    [
      'early hints for ever',
      () =>
        https((_request, response) => {
          const drip = setInterval(() => response.writeProcessing(), 20);
          response.on('close', () => clearInterval(drip));
        }),
      'its answer did not end',
    ],
    ['a connection and silence', () => tcp((socket) => socket.resume()), 'the TLS handshake did not end'],
    [
      'a TLS handshake that never ends',
      () =>
        tcp((socket) => {
          socket.resume();
          // The header of a handshake record of 16 KiB, and then its bytes, one by one.
          socket.write(Buffer.from([22, 3, 3, 0x40, 0]));
          const drip = setInterval(() => socket.write(Buffer.from([2])), 20);
          socket.on('close', () => clearInterval(drip));
        }),
      'the TLS handshake did not end',
    ],
  ];

  /** A TLS server that writes raw text: `write` once, and what is returned every 20 ms. */
  async function tcpTls(begin: (write: (text: string) => void) => string): Promise<number> {
    return https((request) => {
      const drop = begin((text) => request.socket.write(text));
      const drip = setInterval(() => request.socket.write(drop), 20);
      request.socket.on('close', () => clearInterval(drip));
    });
  }

  test.each(late)('%s', async (_what, start, how) => {
    const port = await start();
    const { answer, tookMs } = await ask(port, outbound, { timeoutMs: TIMEOUT_MS });
    expect(answer).toEqual({ ok: false, failure: 'TIMEOUT', message: `The target did not answer in time: ${how}.` });
    expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 10);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
  });

  test('a peer that reads nothing of a large body', async () => {
    outbound = outboundFor(ca, { allowHttp: true });
    const port = await tcp((socket) => {
      // It reads at last, only so that this target sees the end of the connection.
      setTimeout(() => socket.resume(), 2 * TIMEOUT_MS);
    });
    const { answer, tookMs } = await ask(port, outbound, { url: `http://${HOST}:${port}/`, method: 'POST', body: new Uint8Array(32_000_000), timeoutMs: TIMEOUT_MS });
    expect(failureOf(answer)).toBe('TIMEOUT');
    expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
  });

  test('one deadline covers all redirects together', async () => {
    const port = await https((_request, response) => void setTimeout(() => response.writeHead(302, { location: '/again' }).end(), TIMEOUT_MS / 2));
    const { answer, tookMs } = await ask(port, outbound, { timeoutMs: TIMEOUT_MS, maxRedirects: 50 });
    expect(failureOf(answer)).toBe('TIMEOUT');
    expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
  });
});

describe('a target that breaks', () => {
  test('nobody listens', async () => {
    const { port, close } = await startTcpTarget(() => undefined);
    await close();
    expect((await ask(port, outbound)).answer).toEqual({ ok: false, failure: 'CONNECT', message: 'The target takes no connection.' });
  });

  test.each<readonly [string, string, Parameters<typeof startTcpTarget>[0]]>([
    ['it hangs up at once', 'TLS', (socket) => socket.destroy()],
    ['it speaks plain HTTP', 'TLS', (socket) => void socket.resume().end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')],
    ['it speaks something else', 'TLS', (socket) => void socket.resume().end('SSH-2.0-OpenSSH_9.9\r\n')],
  ])('%s: %s', async (_what, failure, meet) => {
    expect(failureOf((await ask(await tcp(meet), outbound, { timeoutMs: 3000 })).answer)).toBe(failure);
  });

  test('it resets the connection: when that is seen is a matter of chance', async () => {
    const { answer } = await ask(await tcp((socket) => socket.resetAndDestroy()), outbound, { timeoutMs: 3000 });
    expect(failureOf(answer)).toMatch(/^(CONNECT|TLS)$/);
  });

  test.each<readonly [string, string, string]>([
    ['nonsense within TLS', 'hello\r\n\r\n', 'PROTOCOL'],
    ['a body that ends early', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', 'PROTOCOL'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 'PROTOCOL'],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'PROTOCOL'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'PROTOCOL'],
    ['nothing, and hangs up', '', 'PROTOCOL'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'TOO_LARGE'],
  ])('it answers %s', async (_what, text, failure) => {
    const port = await https((request) => void request.socket.end(text));
    expect(failureOf((await ask(port, outbound, { timeoutMs: 3000 })).answer)).toBe(failure);
  });
});

describe('a body that is too large is not read to its end', () => {
  test('by what it announces', async () => {
    const port = await https((_request, response) => response.writeHead(200, { 'content-length': '65537' }).end('x'.repeat(65_537)));
    expect((await ask(port, outbound)).answer).toEqual({ ok: false, failure: 'TOO_LARGE', message: "The target's answer is larger than 65536 bytes." });
  });

  test('by what comes, when it announces nothing and never stops', async () => {
    let written = 0;
    const port = await https((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', more);
      more();
    });
    expect(failureOf((await ask(port, outbound)).answer)).toBe('TOO_LARGE');
    // What lay in the sockets' buffers, and not what a reader would have taken in a second.
    expect(written).toBeLessThan(32_000_000);
  });

  test('exactly as large as allowed is not too large', async () => {
    const port = await https((_request, response) => response.end('x'.repeat(65_536)));
    const { answer } = await ask(port, outbound);
    expect(answer.ok && answer.bytes.length).toBe(65_536);
  });

  test('compressed bytes are counted as they come, and not unpacked', async () => {
    const port = await https((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip at all'));
    const { answer } = await ask(port, outbound);
    expect(answer.ok && Buffer.from(answer.bytes).toString()).toBe('not gzip at all');
  });
});

test('what may not be sent is refused before anything is: nobody is asked', async () => {
  const started = await targets.start(startHttpsTarget(certificate, (_request, response) => response.end()));
  for (const headers of [{ host: 'other.example' }, { 'Transfer-Encoding': 'chunked' }, { 'x-a': 'b\r\nx-c: d' }, { 'b d': '1' }, { 'proxy-authorization': 'x' }]) {
    expect(failureOf((await ask(started.port, outbound, { headers })).answer)).toBe('REQUEST_REFUSED');
  }
  expect(failureOf((await ask(started.port, outbound, { url: `http://${HOST}:${started.port}/` })).answer)).toBe('REQUEST_REFUSED');
  expect(started.taken()).toBe(0);
});

test('no message holds a secret of the request, nor a word of what the peer sent', async () => {
  const port = await https((request) => void request.socket.end('HTTP/1.1 leaked-by-peer\r\n\r\n'));
  const { answer } = await ask(port, outbound, { url: new Secret(`https://${HOST}:${port}/T0/s3cret`), headers: { authorization: new Secret('Bearer s3cret') } });
  expect(answer.ok).toBe(false);
  expect(JSON.stringify(answer)).not.toMatch(/s3cret|leaked/);
});
