import { describe, expect, test } from 'vitest';
import { inMemory, never, type InMemory } from '../../test/outbound/in-memory.ts';
import { OutboundFault } from './answer.ts';
import { withinDeadline } from './deadline.ts';
import { hop } from './hop.ts';
import type { TargetUrl } from './target-url.ts';

const PLAIN: TargetUrl = { href: 'http://lab.example/', isSecure: false, host: 'lab.example', port: 8080, authority: 'lab.example:8080', pathAndQuery: '/a?b' };
const SECURE: TargetUrl = { ...PLAIN, isSecure: true, port: 8443 };
const message = { method: 'GET', headers: { host: 'lab.example:8080', connection: 'close' }, body: null, maxBytes: 100 } as const;

/** One hop, with the place of the network taken as said; what it ended with, and what was done. */
const taken = async (to: TargetUrl, place: InMemory = {}, timeoutMs = 5000) => {
  const { outbound, asked, dialled, sockets } = inMemory(place);
  const ended = await withinDeadline(timeoutMs, (signal) => hop(to, message, outbound, signal)).then(
    ({ status, bytes }) => `${status} ${Buffer.from(bytes).toString()}`,
    (error: unknown) => (error instanceof OutboundFault ? `${error.failure}: ${error.message}` : error),
  );
  return { ended, asked, dialled, left: sockets.filter(({ destroyed }) => !destroyed).length, opened: sockets.length };
};

describe('a hop', () => {
  test('resolves the name once, goes to the addresses that were judged, and leaves no socket', async () => {
    const place: InMemory = { resolve: async () => ['10.1.0.1', '10.1.0.2'], serve: (request, response) => response.end(`${request.method} ${request.url}`) };
    expect(await taken(PLAIN, place)).toEqual({ ended: '200 GET /a?b', asked: ['lab.example'], dialled: ['10.1.0.1 10.1.0.2 8080'], left: 0, opened: 1 });
  });

  test('to an address asks nobody for it', async () => {
    expect(await taken({ ...PLAIN, host: '10.1.0.9' })).toMatchObject({ ended: '200 ok', asked: [], dialled: ['10.1.0.9 8080'] });
  });

  test('of plain HTTP goes to networks that the operator allows, and to the public internet never', async () => {
    const place: InMemory = { resolve: async () => ['93.184.216.34'] };
    expect(await taken(PLAIN, place)).toMatchObject({ ended: 'ADDRESS_REFUSED: Plain HTTP goes to networks that the operator allows, and nowhere else.', dialled: [] });
    expect(await taken(SECURE, place)).toMatchObject({ dialled: ['93.184.216.34 8443'] });
  });

  test.each([PLAIN, SECURE])('with one bad address among good ones goes to none of them ($href, $port)', async (to) => {
    expect(await taken(to, { resolve: async () => ['10.1.0.1', '192.168.0.1'] })).toMatchObject({ ended: "ADDRESS_REFUSED: The target's name resolves to a private address.", dialled: [] });
  });

  test('to a name without an address, or that is not resolved, ends there', async () => {
    expect(await taken(PLAIN, { resolve: async () => [] })).toMatchObject({ ended: "DNS: The target's name has no address.", dialled: [] });
    expect(await taken(PLAIN, { resolve: () => Promise.reject(new Error('ENOTFOUND')) })).toMatchObject({ ended: "DNS: The target's name cannot be resolved.", dialled: [] });
  });

  test('that nobody takes says so', async () => {
    expect(await taken(PLAIN, { dial: () => Promise.reject(new Error('ECONNREFUSED')) })).toMatchObject({ ended: 'CONNECT: The target takes no connection.' });
  });

  test('over TLS to somebody who speaks none ends in the handshake, and leaves no socket', async () => {
    expect(await taken(SECURE, { peer: (end) => end.end('SSH-2.0-x\r\n') })).toMatchObject({ ended: 'TLS: The TLS handshake with the target failed.', opened: 1, left: 0 });
  });

  test('to somebody who speaks no HTTP, or breaks off, says that, and leaves no socket', async () => {
    const ended = 'PROTOCOL: The target broke off, or answered something that is not HTTP.';
    expect(await taken(PLAIN, { peer: (end) => end.end('SSH-2.0-x\r\n') })).toMatchObject({ ended, left: 0 });
    expect(await taken(PLAIN, { peer: (end) => end.end() })).toMatchObject({ ended, left: 0 });
  });

  test('keeps to what is said of an answer that is too large', async () => {
    expect(await taken(PLAIN, { serve: (_request, response) => response.end('x'.repeat(101)) })).toMatchObject({ ended: "TOO_LARGE: The target's answer is larger than 100 bytes.", left: 0 });
  });

  const aborted = (signal: AbortSignal): Promise<never> => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    return promise;
  };
  test.each<[string, string, TargetUrl, InMemory]>([
    ['resolving', 'its name was not resolved', PLAIN, { resolve: () => never() }],
    ['connecting', 'it took no connection', PLAIN, { dial: (_addresses, _port, signal) => aborted(signal) }],
    ['the handshake', 'the TLS handshake did not end', SECURE, { peer: (end) => void end.resume() }],
    ['the answer', 'its answer did not end', PLAIN, { serve: (_request, response) => void response.write('x') }],
  ])('that is late at %s says how far it came, and leaves no socket', async (_stage, how, to, place) => {
    expect(await taken(to, place, 30)).toMatchObject({ ended: `TIMEOUT: The target did not answer in time: ${how}.`, left: 0 });
  });
});
