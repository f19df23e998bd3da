import { setTimeout as delay } from 'node:timers/promises';
import { startHttpTarget, startHttpsTarget, startTcpTarget, type HttpTarget } from '@hoc/testbed/https-target';
import type { TestCa, TestCertificate } from '@hoc/testbed/test-ca';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { dialTcp, type Dial } from '../../src/outbound/dial.ts';
import { Targets } from './targets.ts';
import { HOST, ask, failureOf, outboundFor, testCa } from './world.ts';

let ca: TestCa;
let certificate: TestCertificate;
const targets = new Targets();
const ONE = [{ name: 'one', ranges: ['127.0.0.1'] }];

beforeAll(async () => {
  ca = await testCa();
  certificate = await ca.issue({ hosts: [HOST] });
});

afterEach(async () => {
  await targets.close();
});

const saying = (text: string, address = '127.0.0.1', port = 0): Promise<HttpTarget> =>
  targets.start(startHttpsTarget(certificate, (_request, response) => response.end(text), { address, port }));

test('rebinding: the name is asked for once, and the connection goes to the address that was judged', async () => {
  const good = await saying('judged');
  const evil = await saying('never judged', '127.0.0.2', good.port);
  let questions = 0;
  const resolve = async (): Promise<readonly string[]> => {
    questions += 1;
    return questions === 1 ? ['127.0.0.1'] : ['127.0.0.2'];
  };
  const { answer } = await ask(good.port, outboundFor(ca, { networks: ONE, resolve }));
  expect(answer.ok && Buffer.from(answer.bytes).toString()).toBe('judged');
  expect({ questions, evil: evil.taken() }).toEqual({ questions: 1, evil: 0 });
});

test('rebinding of a public name: what is dialled is the public address, and what the name says later is judged anew', async () => {
  const { port } = await saying('ok');
  const dialled: string[] = [];
  // The public internet, as this machine has it.
  const dial: Dial = async (addresses, dialledPort, signal) => {
    dialled.push(...addresses);
    return dialTcp(['127.0.0.1'], dialledPort, signal);
  };
  const answers = [['93.184.216.34', '2606:2800:220:1::1'], ['127.0.0.1']];
  const outbound = outboundFor(ca, { networks: [], dial, resolve: async () => answers.shift() ?? [] });
  expect((await ask(port, outbound)).answer).toMatchObject({ ok: true, status: 200 });
  expect((await ask(port, outbound)).answer).toEqual({ ok: false, failure: 'ADDRESS_REFUSED', message: "The target's name resolves to a loopback address." });
  expect(dialled).toEqual(['93.184.216.34', '2606:2800:220:1::1']);
});

test.each([
  ['private after public', ['93.184.216.34', '10.0.0.1']],
  ['private before public', ['10.0.0.1', '93.184.216.34']],
  ['loopback of the other family', ['93.184.216.34', '::1']],
  ['metadata', ['93.184.216.34', '169.254.169.254']],
  ['private in IPv4-mapped form', ['93.184.216.34', '::ffff:10.0.0.1']],
  ['something that is no address', ['93.184.216.34', 'localhost']],
])('an answer that mixes public addresses with %s is refused whole', async (_what, addresses) => {
  const dialled: string[] = [];
  const dial: Dial = async (wanted) => {
    dialled.push(...wanted);
    throw new Error('dialled');
  };
  const { answer } = await ask(443, outboundFor(ca, { networks: [], dial, resolve: async () => addresses }));
  expect(failureOf(answer)).toBe('ADDRESS_REFUSED');
  expect(dialled).toEqual([]);
});

test('a name without addresses, and one that cannot be resolved, are failures of DNS', async () => {
  expect(failureOf((await ask(443, outboundFor(ca, { resolve: async () => [] }))).answer)).toBe('DNS');
  const failing = async (): Promise<readonly string[]> => {
    throw new Error('ENOTFOUND');
  };
  expect((await ask(443, outboundFor(ca, { resolve: failing }))).answer).toEqual({ ok: false, failure: 'DNS', message: "The target's name cannot be resolved." });
});

test('a resolver that never answers is left at the deadline', async () => {
  const { answer, tookMs } = await ask(443, outboundFor(ca, { resolve: () => new Promise(() => undefined) }), { timeoutMs: 200 });
  expect(answer).toEqual({ ok: false, failure: 'TIMEOUT', message: 'The target did not answer in time: its name was not resolved.' });
  expect(tookMs).toBeLessThan(1500);
});

test('of several good addresses the next one is tried where the first takes no connection', async () => {
  const { port } = await saying('second', '127.0.0.2');
  const { answer } = await ask(port, outboundFor(ca, { resolve: async () => ['127.0.0.3', '127.0.0.2'] }));
  expect(answer.ok && Buffer.from(answer.bytes).toString()).toBe('second');
});

test('an address that swallows packets is left at the deadline', async () => {
  // As dialTcp does where nothing comes back: it waits until the signal.
  const dial: Dial = (_addresses, _port, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const { answer, tookMs } = await ask(443, outboundFor(ca, { dial }), { timeoutMs: 200 });
  expect(answer).toEqual({ ok: false, failure: 'TIMEOUT', message: 'The target did not answer in time: it took no connection.' });
  expect(tookMs).toBeLessThan(1500);
});

test('dialling that is aborted, before or during, leaves no socket', async () => {
  await expect(dialTcp(['127.0.0.1'], 9, AbortSignal.abort())).rejects.toThrow();
  // A connection that is in the making when the signal comes.
  const controller = new AbortController();
  const { port, open } = await targets.start(startTcpTarget((socket) => socket.resume()));
  const dialling = dialTcp(['127.0.0.1'], port, controller.signal);
  controller.abort();
  await expect(dialling).rejects.toThrow();
  // Time enough for a connection that nobody gave up.
  await delay(100);
  expect(open()).toBe(0);
});

test('an IPv4-mapped address is dialled as the address that it maps', async () => {
  const { port } = await saying('x');
  const socket = await dialTcp(['::ffff:127.0.0.1'], port, new AbortController().signal);
  expect(socket.remoteAddress).toContain('127.0.0.1');
  socket.destroy();
});

test('plain HTTP goes to allowed networks alone, also where it is allowed at all', async () => {
  const { port } = await targets.start(startHttpTarget((_request, response) => response.end('plain')));
  const url = `http://${HOST}:${port}/`;
  expect((await ask(port, outboundFor(ca, { allowHttp: true }), { url })).answer).toMatchObject({ ok: true, status: 200 });
  expect(failureOf((await ask(port, outboundFor(ca), { url })).answer)).toBe('REQUEST_REFUSED');
  const elsewhere = outboundFor(ca, { allowHttp: true, resolve: async () => ['93.184.216.34'] });
  expect(failureOf((await ask(port, elsewhere, { url })).answer)).toBe('ADDRESS_REFUSED');
});
