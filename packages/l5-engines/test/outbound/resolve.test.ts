import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveByDns } from '../../src/outbound/resolve.ts';
import { openHandles } from './open-handles.ts';
import { outboundFor, ask, testCa } from './world.ts';

const A = 1;
const AAAA = 28;

/** A DNS server of the loopback: what it answers to a type of question, or null for silence. */
let answers: (type: number) => readonly Buffer[] | null = () => [];
let asked = 0;
let server: Socket;
let address: string;

beforeEach(async () => {
  asked = 0;
  server = createSocket('udp4');
  server.on('message', (question, from) => {
    asked += 1;
    // Header (12 bytes), one name, type and class: RFC 1035, section 4.1.
    const end = question.indexOf(0, 12) + 5;
    const records = answers(question.readUInt16BE(end - 4));
    if (records === null) return;
    const head = Buffer.from(question.subarray(0, end));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    server.send(Buffer.concat([head, ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  // A bound UDP socket has an address of this shape.
  const { port }: AddressInfo = server.address();
  address = `127.0.0.1:${port}`;
});

afterEach(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await expect.poll(openHandles).toEqual([]);
});

/** The name of the question, a type, class IN, 60 s, and the address. */
const record = (type: number, bytes: readonly number[]): Buffer => Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]);
const signal = (): AbortSignal => new AbortController().signal;

test('all addresses of both families are given, so that all are judged', async () => {
  answers = (type) => (type === A ? [record(A, [93, 184, 216, 34]), record(A, [10, 0, 0, 1])] : [record(AAAA, [0xfd, ...Array.from({ length: 15 }, () => 0)])]);
  expect(await resolveByDns([address])('target.example', signal())).toEqual(['93.184.216.34', '10.0.0.1', 'fd00::']);
});

test('a name with addresses of one family has those', async () => {
  answers = (type) => (type === AAAA ? [] : [record(A, [93, 184, 216, 34])]);
  expect(await resolveByDns([address])('target.example', signal())).toEqual(['93.184.216.34']);
});

test('a name without addresses is not resolved', async () => {
  answers = () => [];
  await expect(resolveByDns([address])('target.example', signal())).rejects.toThrow('no address');
});

test('localhost is the loopback, and nobody is asked', async () => {
  expect(await resolveByDns([address])('localhost', signal())).toEqual(['127.0.0.1']);
  expect(await resolveByDns([address])('hoc.localhost', signal())).toEqual(['127.0.0.1']);
  expect(asked).toBe(0);
});

test('a silent server is left at the deadline, and nothing waits for it any longer', async () => {
  answers = () => null;
  const { answer, tookMs } = await ask(443, outboundFor(await testCa(), { resolve: resolveByDns([address]) }), { timeoutMs: 300 });
  expect(answer).toEqual({ ok: false, failure: 'TIMEOUT', message: 'The target did not answer in time: its name was not resolved.' });
  expect(tookMs).toBeLessThan(1500);
  const askedByThen = asked;
  expect(askedByThen).toBeGreaterThan(0);
  // The second try would come a second after the first.
  await delay(1500);
  expect(asked).toBe(askedByThen);
});
