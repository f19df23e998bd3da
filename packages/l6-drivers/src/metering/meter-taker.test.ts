import { expect, test } from 'vitest';
import { OutageError } from '../database/outage.ts';
import type { Param, Sql, Statement } from '../database/sql.ts';
import { METER_TAKER_LIMITS, MeterTaker } from './meter-taker.ts';
import type { Meter, Taking } from './meter.ts';

interface Sent {
  readonly name: string;
  /** The tenants whose windows it names. */
  readonly tenants: string;
  answer(answer: readonly number[]): void;
  fail(error: Error): void;
}

/** A database whose statements are answered by hand. */
class ByHand implements Sql {
  readonly sent: Sent[] = [];

  run<Row extends object>({ name }: Statement, params: readonly Param[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.sent.push({ name, tenants: String(params[0]), answer: (answer) => resolve([{ answer }] as unknown as Row[]), fail: reject }); // `as`: the one row that both statements have
    });
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const meter: Meter = { kind: 'SLIDING', scope: 'KEY', scopeId: 'key_1', name: 'n', limit: 5, windowMs: 1000 };
const taking = (tenantId = 't', but: Partial<Taking> = {}): Taking => ({ tenantId, keyId: 'key_1', meters: [meter], cost: 1, lease: null, ...but });
const refusal = (code: string): Error => Object.assign(new Error(code), { severity: 'ERROR', code });
/** One meter, of which so much counted before; nobody is refused. */
const said = (before: number): readonly number[] => [1000, before, 0];

test('a taking joins no statement that was sent before it was asked for', async () => {
  const sql = new ByHand();
  const taker = new MeterTaker(sql, { ...METER_TAKER_LIMITS, maxWaves: 1 });
  const early = taker.take(taking());
  await turn();
  const late = [taker.take(taking()), taker.take(taking())];
  await turn();
  expect(sql.sent).toHaveLength(1);
  sql.sent[0]?.answer(said(0));
  expect((await early).readings).toStrictEqual([{ allowed: true, remaining: 4, resetMs: 1000 }]);
  await turn();
  expect(sql.sent).toHaveLength(2);
  sql.sent[1]?.answer(said(1));
  expect((await Promise.all(late)).map(({ readings }) => readings[0]?.remaining)).toStrictEqual([3, 2]);
});

test('at most two statements are under way, and none holds more than a wave', async () => {
  const sql = new ByHand();
  const taker = new MeterTaker(sql, { ...METER_TAKER_LIMITS, maxWave: 2 });
  const asked = Array.from({ length: 5 }, () => taker.take(taking()));
  await turn();
  expect(sql.sent).toHaveLength(2);
  sql.sent[0]?.answer(said(0));
  sql.sent[1]?.answer(said(2));
  await turn();
  expect(sql.sent).toHaveLength(3);
  sql.sent[2]?.answer(said(4));
  expect((await Promise.all(asked)).map(({ readings }) => readings[0]?.remaining)).toStrictEqual([4, 3, 2, 1, 0]);
});

test('whoever gets no answer in time is told of an outage, and what comes later is for nobody', async () => {
  const sql = new ByHand();
  const taker = new MeterTaker(sql, { ...METER_TAKER_LIMITS, deadlineMs: 20, maxWaves: 1 });
  const asked = [taker.take(taking())];
  await turn();
  asked.push(taker.take(taking()));
  const ended = await Promise.allSettled(asked);
  expect(ended.map((one) => one.status === 'rejected' && one.reason instanceof OutageError)).toStrictEqual([true, true]);
  // The second never left: it waited no longer than it was waited for.
  sql.sent[0]?.answer(said(0));
  await turn();
  expect(sql.sent).toHaveLength(1);
});

test('where too many wait, the next one is an outage at once', async () => {
  const sql = new ByHand();
  const taker = new MeterTaker(sql, { ...METER_TAKER_LIMITS, maxWaiting: 1, maxWaves: 1 });
  const first = taker.take(taking());
  await turn();
  const second = taker.take(taking());
  await expect(taker.take(taking())).rejects.toBeInstanceOf(OutageError);
  await turn();
  sql.sent[0]?.answer(said(0));
  await turn();
  sql.sent[1]?.answer(said(1));
  expect((await Promise.all([first, second])).map(({ isTaken }) => isTaken)).toStrictEqual([true, true]);
});

test.each([
  ['the connection was lost', new Error('Connection terminated unexpectedly')],
  ['the server was ended', Object.assign(new Error('terminating connection'), { severity: 'FATAL', code: '57P01' })],
  ['no connection was to be had', new OutageError('no connection')],
])('nothing is asked for twice where nobody knows whether it was taken: %s', async (_, error) => {
  const sql = new ByHand();
  const taker = new MeterTaker(sql);
  const asked = [taker.take(taking('t1')), taker.take(taking('t2'))];
  await turn();
  sql.sent[0]?.fail(error);
  const ended = await Promise.allSettled(asked);
  expect(ended.map((one) => one.status === 'rejected' && one.reason === error)).toStrictEqual([true, true]);
  await turn();
  expect(sql.sent).toHaveLength(1);
});

test('what one tenant meets is not the others\': where the database has refused a batch, each tenant is asked for by itself', async () => {
  const sql = new ByHand();
  const taker = new MeterTaker(sql);
  const asked = [taker.take(taking('t1')), taker.take(taking('t2')), taker.take(taking('t1'))];
  await turn();
  expect(sql.sent.map(({ tenants }) => tenants)).toStrictEqual(['{"t1","t2"}']);
  sql.sent[0]?.fail(refusal('55P03'));
  await turn();
  expect(sql.sent.map(({ tenants }) => tenants)).toStrictEqual(['{"t1","t2"}', '{"t1"}', '{"t2"}']);
  sql.sent[1]?.fail(refusal('55P03'));
  sql.sent[2]?.answer(said(0));
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toStrictEqual(['rejected', 'fulfilled', 'rejected']);
  await turn();
  expect(sql.sent).toHaveLength(3);
});

test('of one tenant, only what may succeed now is asked for again, and once', async () => {
  for (const [code, times] of [['40001', 2], ['40P01', 2], ['55P03', 1], ['22003', 1]] as const) {
    const sql = new ByHand();
    const asked = new MeterTaker(sql).take(taking());
    asked.catch(() => {});
    for (let time = 0; time < 3; time += 1) {
      await turn();
      sql.sent.at(-1)?.fail(refusal(code));
    }
    await expect(asked).rejects.toMatchObject({ code });
    expect([code, sql.sent.length]).toStrictEqual([code, times]);
  }
});

test.each<readonly [string, Partial<Taking>]>([
  ['a cost that is no whole number', { cost: 0.5 }],
  ['a cost below nothing', { cost: -1 }],
  ['a cost that is no number', { cost: Number.NaN }],
  ['a limit that is no whole number', { meters: [{ ...meter, limit: 1.5 }] }],
  ['a lease of no meter', { lease: { id: 'l', seconds: 1 } }],
  ['a meter of leases, and no lease', { meters: [{ ...meter, kind: 'CONCURRENCY' }] }],
  ['one meter twice', { meters: [meter, { ...meter, limit: 6 }] }],
])('%s is refused before it could spoil the batch', async (_, but) => {
  const sql = new ByHand();
  await expect(new MeterTaker(sql).take(taking('t', but))).rejects.toThrow();
  await turn();
  expect(sql.sent).toStrictEqual([]);
});

test('leases end and are renewed in statements of their own', async () => {
  const sql = new ByHand();
  const taker = new MeterTaker(sql);
  const asked = Promise.all([taker.release('t', 'k', 'a'), taker.renew('t', 'k', 'b', 5), taker.release('t', 'k', 'c'), taker.renew('t', 'k', 'd', 5)]);
  await turn();
  expect(sql.sent.map(({ name }) => name)).toStrictEqual(['meters.end_leases']);
  sql.sent[0]?.answer([1000, 6000, 0, 0]);
  expect(await asked).toStrictEqual([true, new Date(6000), false, null]);
});
