import { expect, test } from 'vitest';
import { OutageError, UnansweredError } from '../database/outage.ts';
import type { Param, Sql, Statement } from '../database/sql.ts';
import { USAGE_RECORDER_LIMITS, UsageRecorder, type Use } from './usage-recorder.ts';

const AT = new Date('2026-03-01T12:59:58.000Z');
const use = (keyId: string, but: Partial<Use> = {}): Use => ({ tenantId: 'tnt_1', keyId, verdict: 'VALID', at: AT, address: null, ...but });

/** Keeps what it is told to write, or fails as it is told to. */
class ByHand implements Sql {
  readonly written: (readonly Param[])[] = [];
  failure: Error | null = null;

  async run<Row extends object>(_: Statement, params: readonly Param[]): Promise<Row[]> {
    if (this.failure !== null) throw this.failure;
    this.written.push(params);
    return [];
  }

  /** How many uses were written: in the newest hours of keys, and all others. */
  get uses(): number {
    return this.written.flatMap((params) => [params[6], params[11]]).flatMap((counts) => String(counts).slice(1, -1).split(',')).reduce((sum, count) => sum + Number(count), 0);
  }
}

const recorderOf = (sql: Sql, but: Partial<typeof USAGE_RECORDER_LIMITS> = {}, troubles: unknown[] = []): UsageRecorder =>
  new UsageRecorder({ meters: sql }, { ...USAGE_RECORDER_LIMITS, ...but }, (error) => troubles.push(error));

test('uses are counted by key, hour and verdict, and written once: of each key the newest hour apart', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql);
  for (let n = 0; n < 3; n += 1) recorder.record(use('key_1', { address: '203.0.113.9' }));
  recorder.record(use('key_1', { verdict: 'EXPIRED' }));
  recorder.record(use('key_1', { at: new Date('2026-03-01T13:00:01.000Z') }));
  recorder.record(use('key_2', { verdict: 'REVOKED' }));
  expect([recorder.waiting, sql.written.length]).toStrictEqual([3, 0]);
  await recorder.flush();
  expect(sql.written).toStrictEqual([[
    '{"tnt_1"}', '{"key_1"}', `{${Date.parse('2026-03-01T13:00:01.000Z')}}`, '{"203.0.113.0/24"}', '{4}', '{"2026-03-01T13:00:00.000Z"}', '{1}',
    '{"tnt_1","tnt_1","tnt_1"}', '{"key_1","key_2","key_1"}', '{"2026-03-01T12:00:00.000Z","2026-03-01T12:00:00.000Z","2026-03-01T12:00:00.000Z"}',
    '{"EXPIRED","REVOKED","VALID"}', '{1,1,3}',
  ]]);
  await recorder.flush();
  expect([sql.written.length, recorder.waiting, recorder.lost]).toStrictEqual([1, 0, 0]);
});

test('of the hours of a key, whichever of them comes first, the newest is told apart from the others; the last use is the last of all, and its network the last that is known', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql);
  for (const [hour, uses] of [[14, 1], [12, 2], [15, 4], [13, 8]] as const) {
    for (let n = 0; n < uses; n += 1) recorder.record(use('key_1', { at: new Date(`2026-03-01T${hour}:00:0${n}.000Z`), address: hour === 15 ? 'no address' : `192.0.${hour}.1` }));
  }
  recorder.record(use('key_1', { at: new Date('2026-03-01T16:00:00.000Z'), verdict: 'FROZEN' }));
  recorder.record(use('key_2', { at: new Date('2026-03-01T16:00:00.000Z') }));
  await recorder.flush();
  expect(sql.written).toStrictEqual([[
    '{"tnt_1","tnt_1"}', '{"key_1","key_2"}', `{${Date.parse('2026-03-01T15:00:03.000Z')},${Date.parse('2026-03-01T16:00:00.000Z')}}`, '{"192.0.14.0/24",NULL}', '{15,1}',
    '{"2026-03-01T15:00:00.000Z","2026-03-01T16:00:00.000Z"}', '{4,1}',
    '{"tnt_1","tnt_1","tnt_1","tnt_1"}', '{"key_1","key_1","key_1","key_1"}',
    '{"2026-03-01T16:00:00.000Z","2026-03-01T12:00:00.000Z","2026-03-01T14:00:00.000Z","2026-03-01T13:00:00.000Z"}', '{"FROZEN","VALID","VALID","VALID"}', '{1,2,1,8}',
  ]]);
});

test('when many keys wait, they are written without waiting for the timer, some hundred at a time', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql, { flushAt: 5, maxWritten: 2 });
  for (let n = 0; n < 5; n += 1) recorder.record(use(`key_${n}`));
  await recorder.flush();
  expect(sql.written.map((params) => params[1])).toStrictEqual(['{"key_0","key_1"}', '{"key_2","key_3"}', '{"key_4"}']);
});

test('what the database did not take waits for the next time, and goes on counting', async () => {
  const sql = new ByHand();
  const troubles: unknown[] = [];
  const recorder = recorderOf(sql, {}, troubles);
  for (const failure of [new OutageError('no connection'), Object.assign(new Error('deadlock'), { severity: 'ERROR', code: '40P01' })]) {
    recorder.record(use('key_1'));
    sql.failure = failure;
    await recorder.flush();
    expect(troubles.pop()).toBe(failure);
  }
  recorder.record(use('key_1', { address: '203.0.113.9' }));
  sql.failure = null;
  await recorder.flush();
  // One row for the key, whenever its uses were counted: no statement may write a row twice.
  expect(sql.written).toStrictEqual([[
    '{"tnt_1"}', '{"key_1"}', `{${AT.getTime()}}`, '{"203.0.113.0/24"}', '{3}', '{"2026-03-01T12:00:00.000Z"}', '{3}', '{}', '{}', '{}', '{}', '{}',
  ]]);
  expect([recorder.lost, recorder.waiting]).toStrictEqual([0, 0]);
});

test.each([
  ['was asked, and did not answer in time', new UnansweredError('the database has not answered within 2000 ms')],
  ['ended the connection', new Error('Connection terminated unexpectedly')],
])('what a database may have taken, that %s, is not written again: it is lost, and told', async (_, failure) => {
  const sql = new ByHand();
  const troubles: unknown[] = [];
  const recorder = recorderOf(sql, {}, troubles);
  for (let n = 0; n < 3; n += 1) recorder.record(use('key_1'));
  sql.failure = failure;
  await recorder.flush();
  expect([recorder.lost, recorder.waiting, troubles]).toStrictEqual([3, 0, [failure]]);
  sql.failure = null;
  recorder.record(use('key_1'));
  await recorder.flush();
  expect(sql.uses).toBe(1);
});

test('keys of two tenants that share an id are counted apart', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql);
  for (let n = 0; n < 4; n += 1) recorder.record(use('key_1', { tenantId: `tnt_${n % 2}` }));
  await recorder.flush();
  const [tenants, keys, , , verified, hours, counts, ...others] = sql.written[0] ?? [];
  expect([tenants, keys, verified, hours, counts]).toStrictEqual(['{"tnt_0","tnt_1"}', '{"key_1","key_1"}', '{2,2}', '{"2026-03-01T12:00:00.000Z","2026-03-01T12:00:00.000Z"}', '{2,2}']);
  expect(others).toStrictEqual(['{}', '{}', '{}', '{}', '{}']);
});

test('what came while many keys are written is written as well, and stopping waits for both', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql, { maxWritten: 1 });
  for (let n = 0; n < 20; n += 1) recorder.record(use(`key_${n}`));
  void recorder.flush();
  recorder.record(use('key_0'));
  expect(recorder.waiting).toBe(21);
  await recorder.stop();
  expect([sql.written.length, sql.uses, recorder.waiting]).toStrictEqual([21, 21, 0]);
});

test.each([
  ['the connection was lost', new Error('Connection terminated unexpectedly')],
  ['the server was ended', Object.assign(new Error('terminating'), { severity: 'FATAL', code: '57P01' })],
  ['it would be refused again', Object.assign(new Error('check'), { severity: 'ERROR', code: '23514' })],
])('what may have been written, or never will be, is not written again, but told: %s', async (_, failure) => {
  const sql = new ByHand();
  const recorder = recorderOf(sql);
  recorder.record(use('key_1'));
  recorder.record(use('key_1', { verdict: 'FROZEN' }));
  sql.failure = failure;
  await recorder.flush();
  expect([recorder.lost, recorder.waiting]).toStrictEqual([2, 0]);
  sql.failure = null;
  await recorder.flush();
  expect(sql.written).toStrictEqual([]);
});

test('what waits is bounded while the database is away: the rest is dropped, and told', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql, { maxWaiting: 3, flushAt: 100 });
  sql.failure = new OutageError('away');
  for (let n = 0; n < 4; n += 1) recorder.record(use(`key_${n}`));
  expect([recorder.waiting, recorder.lost]).toStrictEqual([3, 1]);
  await recorder.flush();
  expect([recorder.waiting, recorder.lost]).toStrictEqual([3, 1]);
  // Keys that were counted before the outage are new to this flush: there is no room for them.
  recorder.record(use('key_0'));
  expect([recorder.waiting, recorder.lost]).toStrictEqual([3, 2]);
  sql.failure = null;
  await recorder.flush();
  expect([sql.uses, recorder.waiting]).toStrictEqual([3, 0]);
});

test('the timer writes, and stopping writes the rest and ends counting', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql, { flushMs: 5 });
  recorder.start();
  recorder.record(use('key_1'));
  while (sql.uses === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  recorder.record(use('key_1'));
  await recorder.stop();
  expect(sql.uses).toBe(2);
  recorder.record(use('key_1'));
  expect([recorder.waiting, recorder.lost]).toStrictEqual([0, 1]);
});

test('one flush at a time: whoever asks meanwhile finds what came meanwhile written as well', async () => {
  const sql = new ByHand();
  const recorder = recorderOf(sql);
  recorder.record(use('key_1'));
  const first = recorder.flush();
  recorder.record(use('key_2'));
  await Promise.all([first, recorder.flush(), recorder.flush()]);
  expect([sql.written.length, sql.uses]).toStrictEqual([2, 2]);
});
