import { expect, test } from 'vitest';
import { OutageError } from '../database/outage.ts';
import type { Param, Sql, Statement } from '../database/sql.ts';
import { COALESCER_LIMITS, KeyTruthReader } from './key-truth.coalescer.ts';

interface Sent {
  readonly name: string;
  readonly params: readonly Param[];
  answer(rows: object[]): void;
  fail(error: Error): void;
}

/** A database whose statements are answered by hand. */
class ByHand implements Sql {
  readonly sent: Sent[] = [];

  run<Row extends object>({ name }: Statement, params: readonly Param[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.sent.push({ name, params, answer: (rows) => resolve(rows as Row[]), fail: reject });
    });
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const row = (status: string, number?: number): object => ({ id: 'key_1', status, tenantStatus: 'ACTIVE', projectStatus: null, ...(number === undefined ? {} : { number }) });

test('a question joins no statement that was sent before it was asked', async () => {
  const sql = new ByHand();
  const truth = new KeyTruthReader(sql, { ...COALESCER_LIMITS, maxWaves: 1 });
  const early = truth.find('tnt_1', ['d']);
  await turn();
  const late = truth.find('tnt_1', ['d']);
  await turn();
  expect(sql.sent).toHaveLength(1);
  sql.sent[0]?.answer([row('ACTIVE')]);
  expect((await early)?.key.status).toBe('ACTIVE');
  await turn();
  expect(sql.sent).toHaveLength(2);
  sql.sent[1]?.answer([row('REVOKED')]);
  expect((await late)?.key.status).toBe('REVOKED');
});

test('at most two waves are under way; all who wait share the next one', async () => {
  const sql = new ByHand();
  const truth = new KeyTruthReader(sql);
  const asked = [truth.find('t', ['0'])];
  await turn();
  asked.push(truth.find('t', ['1']));
  await turn();
  for (let n = 2; n < 40; n += 1) asked.push(truth.find('t', [String(n)]));
  await turn();
  expect(sql.sent.map(({ name }) => name)).toStrictEqual(['key_truth.one', 'key_truth.one']);
  sql.sent[1]?.answer([row('ACTIVE')]);
  await turn();
  expect(sql.sent.map(({ name }) => name)).toStrictEqual(['key_truth.one', 'key_truth.one', 'key_truth.many']);
  expect(sql.sent[2]?.params[1]).toStrictEqual(Array.from({ length: 38 }, (_, at) => String(at + 2)));
  sql.sent[2]?.answer([row('FROZEN', 37), row('ACTIVE', 0)]);
  sql.sent[0]?.answer([]);
  const answers = (await Promise.all(asked)).map((answer) => answer?.key.status ?? null);
  expect(answers).toStrictEqual([null, 'ACTIVE', 'ACTIVE', ...Array.from({ length: 36 }, () => null), 'FROZEN']);
});

test('a few questions are single selects, one more than a few is one statement', async () => {
  for (const [count, names] of [[4, 'key_truth.one'], [5, 'key_truth.many']] as const) {
    const sql = new ByHand();
    const truth = new KeyTruthReader(sql);
    for (let n = 0; n < count; n += 1) truth.find('t', [String(n)]).catch(() => {});
    await turn();
    expect([sql.sent.length, sql.sent[0]?.name]).toStrictEqual([count === 4 ? 4 : 1, names]);
    for (const sent of sql.sent) sent.answer([]);
  }
});

test('a wave never grows beyond its size: the rest goes with the next', async () => {
  const sql = new ByHand();
  const truth = new KeyTruthReader(sql, { ...COALESCER_LIMITS, maxWave: 10, maxWaves: 1 });
  const asked = Array.from({ length: 15 }, (_, n) => truth.find('t', [String(n)]));
  await turn();
  expect(sql.sent).toHaveLength(1);
  expect(sql.sent[0]?.params[1]).toHaveLength(10);
  sql.sent[0]?.answer([]);
  await turn();
  expect(sql.sent.slice(1).map(({ name }) => name)).toStrictEqual(['key_truth.many']);
  for (const sent of sql.sent) sent.answer([]);
  await Promise.all(asked);
});

test('who comes when too many wait is told at once, and those who wait are served', async () => {
  const sql = new ByHand();
  const truth = new KeyTruthReader(sql, { ...COALESCER_LIMITS, maxWaves: 1, maxWaiting: 2 });
  const first = truth.find('t', ['0']);
  await turn();
  const waiting = [truth.find('t', ['1']), truth.find('t', ['2'])];
  await expect(truth.find('t', ['3'])).rejects.toBeInstanceOf(OutageError);
  sql.sent[0]?.answer([]);
  await first;
  await turn();
  sql.sent[1]?.answer([]);
  sql.sent[2]?.answer([]);
  expect(await Promise.all(waiting)).toStrictEqual([null, null]);
});

test('no answer within the deadline is an outage, whether the question was sent or still waits', async () => {
  const truth = new KeyTruthReader(new ByHand(), { ...COALESCER_LIMITS, maxWaves: 1, deadlineMs: 15 });
  const sent = truth.find('t', ['0']);
  const settled = Promise.allSettled([sent, turn().then(() => truth.find('t', ['1']))]);
  for (const end of await settled) expect(end).toMatchObject({ status: 'rejected', reason: { name: 'OutageError' } });
});

test('an error of a wave reaches each who asked in it, is no verdict, and leaves the next wave alone', async () => {
  const sql = new ByHand();
  const truth = new KeyTruthReader(sql);
  const asked = Array.from({ length: 12 }, (_, n) => truth.find('t', [String(n)]));
  await turn();
  sql.sent[0]?.fail(new Error('gone'));
  for (const end of await Promise.allSettled(asked)) expect(end).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
  const next = truth.find('t', ['x']);
  await turn();
  sql.sent[1]?.answer([row('ACTIVE')]);
  expect((await next)?.key.id).toBe('key_1');
});
