import { once } from 'node:events';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { FAKE_FACADES, fakeSpine, TOKENS } from '../fake-spine.ts';

let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  app = await createApp({ registry: fakeSpine(), ready: () => Promise.resolve(true), facades: FAKE_FACADES });
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => app.close());

/** Sends bytes and answers all that comes back until the server hangs up. */
const exchange = (bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject).on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });

/** An answer to raw bytes: its status, and its problem. */
async function problemFor(bytes: string | Buffer): Promise<{ readonly status: number; readonly problem: Readonly<Record<string, unknown>> }> {
  const answer = await exchange(bytes);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(head.toLowerCase()).toMatch(/x-request-id: \S+/);
  return { status: Number(head.slice(9, 12)), problem: JSON.parse(body) as Readonly<Record<string, unknown>> };
}

const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  `${[line, 'Host: localhost', 'Connection: close', `Authorization: Bearer ${TOKENS.cus}`, ...headers].join('\r\n')}\r\n\r\n${body}`;

describe('bytes that are no request', () => {
  test.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400, 'INVALID_INPUT'],
    ['an unknown verb', request('FROB /v1/things HTTP/1.1'), 400, 'INVALID_INPUT'],
    ['headers that never end', request('GET /v1/things HTTP/1.1', [`X-Long: ${'a'.repeat(20_000)}`]), 431, 'HEADERS_TOO_LARGE'],
    ['a request line that never ends', request(`GET /v1/things?cursor=${'a'.repeat(20_000)} HTTP/1.1`), 431, 'HEADERS_TOO_LARGE'],
    ['a control character in a header', request('GET /v1/things HTTP/1.1', ['X-Bad: a\u0001b']), 400, 'INVALID_INPUT'],
    ['two lengths of one body', request('POST /v1/things HTTP/1.1', ['Content-Length: 2', 'Content-Length: 3'], '{}'), 400, 'INVALID_INPUT'],
    ['a length and chunks', request('POST /v1/things HTTP/1.1', ['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400, 'INVALID_INPUT'],
    ['an expectation that nobody meets', request('POST /v1/things HTTP/1.1', ['Expect: miracles', 'Content-Length: 2'], '{}'), 417, 'EXPECTATION_FAILED'],
    ['no host', 'GET /v1/things HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'INVALID_INPUT'],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await problemFor(bytes);
    expect(answer).toMatchObject({ status, problem: { code, status, type: `urn:hoc:problem:${code}` } });
  });
});

describe('requests that are odd, and HTTP', () => {
  test.each([
    ['a method that no path takes', request('PROPFIND /v1/things HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
    ['CONNECT, once hung up on without a word', request('CONNECT elsewhere:443 HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
    ['TRACE', request('TRACE /v1/things HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
    ['QUERY without a media type', request('QUERY /v1/things HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
    ['an unknown path with a method of its own', request('PURGE /nothing HTTP/1.1'), 404, 'NOT_FOUND'],
    ['bytes above ASCII in the path', Buffer.from(request('GET /v1/\u00ff\u00fe HTTP/1.1'), 'latin1'), 400, 'INVALID_INPUT'],
    ['dots in the path', request('GET /v1/../fdr/v1/tenants HTTP/1.1'), 404, 'NOT_FOUND'],
    ['a target that is a URL', request('GET http://elsewhere/v1/nothing HTTP/1.1'), 404, 'NOT_FOUND'],
    ['an asterisk', request('GET * HTTP/1.1'), 404, 'NOT_FOUND'],
    ['an upgrade', request('GET /v1/nothing HTTP/1.1', ['Upgrade: websocket']).replace('Connection: close', 'Connection: Upgrade, close'), 404, 'NOT_FOUND'],
    ['chunks that are none', request('POST /v1/things HTTP/1.1', ['Content-Type: application/json', 'Transfer-Encoding: chunked'], 'zz\r\n'), 400, 'INVALID_INPUT'],
    ['a compressed body, once taken as it stood', request('POST /v1/things HTTP/1.1', ['Content-Type: application/json', 'Content-Encoding: gzip', 'Content-Length: 12'], '{"name":"a"}'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['chunks over 64 KiB', request('POST /v1/things HTTP/1.1', ['Content-Type: application/json', 'Transfer-Encoding: chunked'], `11170\r\n${' '.repeat(70_000)}\r\n0\r\n\r\n`), 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s', async (_, bytes, status, code) => {
    expect(await problemFor(bytes)).toMatchObject({ status, problem: { code, status } });
  });

  test('a caller of CONNECT who does not wait for the answer does not end the server', async () => {
    for (let round = 0; round < 20; round += 1) {
      const socket = connect(port, '127.0.0.1', () => socket.write(request('CONNECT elsewhere:443 HTTP/1.1'), () => socket.resetAndDestroy()));
      await once(socket, 'close');
    }
    expect((await problemFor(request('GET /nothing HTTP/1.1'))).status).toBe(404);
  });

  test('a body of many megabytes is refused with an answer that arrives', async () => {
    for (let round = 0; round < 10; round += 1) {
      const response = await fetch(`http://127.0.0.1:${port}/v1/things`, {
        method: 'POST', headers: { authorization: `Bearer ${TOKENS.cus}`, 'content-type': 'application/json' }, body: 'x'.repeat(8_000_000),
      });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    }
  });

  test('two requests in one packet are both answered', async () => {
    const answers = await exchange(`${request('GET /healthz HTTP/1.1').replace('Connection: close', 'Connection: keep-alive')}${request('GET /nothing HTTP/1.1')}`);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404']);
  });
});
