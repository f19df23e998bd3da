import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { drive } from '../src/load/drive.ts';
import { Latencies } from '../src/load/latencies.ts';
import type { Plan, Target } from '../src/load/plan.ts';

const STALL_MS = 400;

/** A server that answers at once, but for one stall of all its requests. */
async function stallingServer(): Promise<Target & { stall(): void }> {
  let until = 0;
  const server: Server = createServer((_request, response) => {
    const answer = (): void => void response.writeHead(200, { 'content-length': 2 }).end('ok');
    const wait = until - performance.now();
    if (wait > 0) setTimeout(answer, wait);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address of this shape
  return {
    host: '127.0.0.1', port,
    stall: () => {
      until = performance.now() + STALL_MS;
    },
  };
}

const planOn = ({ host, port }: Target, more: Partial<Plan>): Plan => ({
  name: 'test', targets: [{ host, port }], asking: { kind: 'TRIVIAL', path: '/' }, loop: { kind: 'CLOSED' }, connections: 4, warmUpMs: 100, measureMs: 1500, seed: 1, ...more,
});

test('an open loop charges a stall with every question that fell due in it, not only with those that were under way', async () => {
  const server = await stallingServer();
  setTimeout(() => server.stall(), 600);
  const report = await drive(planOn(server, { loop: { kind: 'OPEN', perSecond: 250 } }));
  expect(report).toMatchObject({ wrong: 0, unavailable: 0, broken: 0 });
  // Of 375 questions a hundred fell due in the stall, half of them more than half of it before its end. Four were under way.
  const latencies = Latencies.fromText(report.latencies);
  expect(latencies.at(0.92)).toBeGreaterThan(STALL_MS / 2);
  expect(latencies.at(1)).toBeGreaterThan(STALL_MS * 0.9);
});

test.each<[string, Partial<Plan>]>([
  ['a closed loop', {}],
  // Most of its connections are idle when they are lost.
  ['an open loop', { loop: { kind: 'OPEN', perSecond: 300 }, connections: 32 }],
])('in %s, a server that goes away breaks what was under way, and is found again', async (_, more) => {
  const server = createServer((_request, response) => void response.writeHead(200, { 'content-length': 2 }).end('ok'));
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address of this shape
  onTestFinished(() => void server.close());
  setTimeout(() => {
    server.close();
    server.closeAllConnections();
    setTimeout(() => void listen(port), 200);
  }, 500);
  const { broken, wrong, timeline, right } = await drive(planOn({ host: '127.0.0.1', port }, more));
  expect({ wrong, isRight: right > 0 }).toEqual({ wrong: 0, isRight: true });
  if (more.loop === undefined) expect(broken).toBeGreaterThan(0);
  // The last buckets are of the server that came back.
  expect(timeline.right.slice(-3).every((count) => count > 0)).toBe(true);
});

test('an answer that is wrong is counted, and described', async () => {
  const server = createServer((_request, response) => void response.writeHead(500, { 'content-length': 2 }).end('no'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address of this shape
  const { wrong, firstWrong } = await drive(planOn({ host: '127.0.0.1', port }, { measureMs: 200 }));
  expect(wrong).toBeGreaterThan(0);
  expect(firstWrong[0]).toBe('/ was answered 500: 500 no');
});
