import { expect, test } from 'vitest';
import { Coalescer, COALESCER_LIMITS, type CoalescerLimits, type Kind } from './coalescer.ts';
import { OutageError } from './outage.ts';
import type { Param, TextRow, Texts, TextSql } from './sql.ts';

interface Sent {
  readonly names: readonly string[];
  readonly params: readonly (readonly Param[])[];
  answer(...rows: (readonly TextRow[])[]): void;
  fail(error: Error): void;
}

/** A database whose waves are answered by hand. */
class ByHand implements TextSql {
  readonly sent: Sent[] = [];

  run(): Promise<never> {
    throw new Error('only waves are asked');
  }

  texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    return new Promise((resolve, reject) => {
      this.sent.push({ names: statements.map(({ statement }) => statement.name), params: statements.map(({ params }) => params), answer: (...rows) => resolve(rows), fail: reject });
    });
  }
}

/** Questions that are texts; rows that are a question and its answer. */
const kindOf = (name: string): Kind<string, string | null> => ({
  what: name,
  numberOf: (question) => question.charCodeAt(0),
  isSame: (one, other) => one === other,
  ask: (questions) => ({ statement: { name, text: name }, params: questions }),
  answers: (rows, questions) =>
    questions.map((question) => {
      if (question === 'unreadable') throw new TypeError('the row cannot be read');
      return rows.find(([asked]) => asked === question)?.[1] ?? null;
    }),
});

function coalescerWith(limits: Partial<CoalescerLimits> = {}): { readonly sql: ByHand; readonly waves: Coalescer; readonly find: (question: string) => Promise<string | null> } {
  const sql = new ByHand();
  // What a test leaves unasked must not become due while others run.
  const waves = new Coalescer(sql, { ...COALESCER_LIMITS, deadlineMs: 3_600_000, ...limits });
  return { sql, waves, find: waves.of(kindOf('find')) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a question joins no statement that was sent before it was asked', async () => {
  const { sql, find } = coalescerWith({ maxWaves: 1 });
  const early = find('d');
  await turn();
  const late = find('e');
  await turn();
  expect(sql.sent).toHaveLength(1);
  sql.sent[0]?.answer([['d', 'ACTIVE'], ['e', 'ACTIVE']]);
  expect(await early).toBe('ACTIVE');
  await turn();
  expect(sql.sent).toHaveLength(2);
  sql.sent[1]?.answer([['e', 'REVOKED']]);
  expect(await late).toBe('REVOKED');
});

test('nor does the very same question, however lately it was sent', async () => {
  for (const maxWaves of [1, 2]) {
    const { sql, find } = coalescerWith({ maxWaves, worthAnother: 1 });
    const early = find('d');
    await turn();
    const late = find('d');
    await turn();
    sql.sent[0]?.answer([['d', 'ACTIVE']]);
    expect(await early).toBe('ACTIVE');
    await turn();
    expect(sql.sent.map(({ params }) => params)).toStrictEqual([[['d']], [['d']]]);
    sql.sent[1]?.answer([['d', 'REVOKED']]);
    expect(await late).toBe('REVOKED');
  }
});

test('at most two waves are under way; all who wait share the next one', async () => {
  const { sql, find } = coalescerWith({ worthAnother: 1 });
  const asked = [find('a')];
  await turn();
  asked.push(find('b'));
  await turn();
  for (let n = 0; n < 38; n += 1) asked.push(find(String.fromCodePoint(0x4e00 + n)));
  await turn();
  expect(sql.sent).toHaveLength(2);
  sql.sent[1]?.answer([['b', 'ACTIVE']]);
  await turn();
  expect(sql.sent).toHaveLength(3);
  expect(sql.sent[2]?.params).toStrictEqual([Array.from({ length: 38 }, (_, n) => String.fromCodePoint(0x4e00 + n))]);
  sql.sent[2]?.answer([[String.fromCodePoint(0x4e00 + 37), 'FROZEN'], [String.fromCodePoint(0x4e00), 'ACTIVE']]);
  sql.sent[0]?.answer([]);
  expect(await Promise.all(asked)).toStrictEqual([null, 'ACTIVE', 'ACTIVE', ...Array.from({ length: 36 }, () => null), 'FROZEN']);
});

test('beside a wave that is under way another begins once enough wait, or one of them waits for long', async () => {
  const { sql, find } = coalescerWith({ worthAnother: 3, patienceMs: 60_000 });
  const asked = [find('a')];
  await turn();
  asked.push(find('b'), find('c'));
  await turn();
  expect(sql.sent).toHaveLength(1);
  asked.push(find('d'));
  await turn();
  expect(sql.sent.map(({ params }) => params)).toStrictEqual([[['a']], [['b', 'c', 'd']]]);
  asked.push(find('e'));
  sql.sent[0]?.answer([]);
  await turn();
  expect(sql.sent).toHaveLength(2);
  sql.sent[1]?.answer([]);
  await turn();
  expect(sql.sent[2]?.params).toStrictEqual([['e']]);
  sql.sent[2]?.answer([['e', 'ACTIVE']]);
  expect(await Promise.all(asked)).toStrictEqual([null, null, null, null, 'ACTIVE']);

  const patient = coalescerWith({ worthAnother: 3, patienceMs: 1 });
  void patient.find('a');
  await turn();
  const late = patient.find('b');
  while (patient.sql.sent.length < 2) await turn();
  patient.sql.sent[1]?.answer([['b', 'ACTIVE']]);
  expect(await late).toBe('ACTIVE');
});

test('many that come in one turn are not kept until it is over, and what is asked in one breath goes together', async () => {
  const { sql, find } = coalescerWith({ worthAnother: 3 });
  const asked = ['a', 'b', 'c', 'd'].map(find);
  expect(sql.sent).toHaveLength(0);
  await Promise.resolve();
  expect(sql.sent.map(({ params }) => params)).toStrictEqual([[['a', 'b', 'c', 'd']]]);
  sql.sent[0]?.answer([['d', 'ACTIVE']]);
  expect(await Promise.all(asked)).toStrictEqual([null, null, null, 'ACTIVE']);
});

test('where few ask, nobody is kept until the turn is over; where many do, they wait for each other', async () => {
  const { sql, find } = coalescerWith({ worthAnother: 60 });
  const one = find('a');
  await Promise.resolve();
  expect(sql.sent).toHaveLength(1);
  sql.sent[0]?.answer([]);
  await one;
  const many = ['b', 'c', 'd', 'e', 'f'].map(find);
  await Promise.resolve();
  expect(sql.sent).toHaveLength(2);
  sql.sent[1]?.answer([]);
  await Promise.all(many);
  const next = [find('g')];
  await Promise.resolve();
  next.push(find('h'));
  expect(sql.sent).toHaveLength(2);
  await turn();
  expect(sql.sent[2]?.params).toStrictEqual([['g', 'h']]);
  sql.sent[2]?.answer([['h', 'ACTIVE']]);
  expect(await Promise.all(next)).toStrictEqual([null, 'ACTIVE']);
});

test('what is asked twice before it is sent is asked once, and each who asked is answered', async () => {
  const { sql, find } = coalescerWith();
  const asked = ['a', 'b', 'a', 'a', 'b'].map(find);
  await turn();
  expect(sql.sent.map(({ params }) => params)).toStrictEqual([[['a', 'b']]]);
  sql.sent[0]?.answer([['a', '1'], ['b', '2']]);
  expect(await Promise.all(asked)).toStrictEqual(['1', '2', '1', '1', '2']);
});

test('questions that are alike and not the same are asked each', async () => {
  const { sql, find } = coalescerWith();
  const asked = ['ab', 'ac', 'ab', 'ac'].map(find);
  await turn();
  expect(new Set(sql.sent[0]?.params[0])).toStrictEqual(new Set(['ab', 'ac']));
  sql.sent[0]?.answer([['ab', '1'], ['ac', '2']]);
  expect(await Promise.all(asked)).toStrictEqual(['1', '2', '1', '2']);
});

test('questions of two kinds go out together, each kind by a statement of its own', async () => {
  const { sql, waves, find } = coalescerWith();
  const token = waves.of(kindOf('token'));
  const asked = [find('a'), token('a'), find('b')];
  await turn();
  expect(sql.sent.map(({ names, params }) => ({ names, params }))).toStrictEqual([{ names: ['find', 'token'], params: [['a', 'b'], ['a']] }]);
  sql.sent[0]?.answer([['a', '1'], ['b', '2']], [['a', 'T']]);
  expect(await Promise.all(asked)).toStrictEqual(['1', 'T', '2']);
});

test('a wave never grows beyond its size: the rest goes with the next', async () => {
  const { sql, find } = coalescerWith({ maxWave: 10, maxWaves: 1 });
  const questions = Array.from({ length: 15 }, (_, n) => String.fromCodePoint(0x4e00 + n));
  const asked = questions.map(find);
  await turn();
  expect(sql.sent.map(({ params }) => params)).toStrictEqual([[questions.slice(0, 10)]]);
  const again = find(questions[12] as string);
  sql.sent[0]?.answer([]);
  await turn();
  expect(sql.sent.slice(1).map(({ params }) => params)).toStrictEqual([[questions.slice(10)]]);
  sql.sent[1]?.answer([[questions[12] as string, 'ACTIVE']]);
  expect([await again, (await Promise.all(asked)).filter((answer) => answer !== null)]).toStrictEqual(['ACTIVE', ['ACTIVE']]);
});

test('who comes when too many wait is told at once, and those who wait are served', async () => {
  const { sql, find } = coalescerWith({ maxWaves: 1, maxWaiting: 2 });
  const first = find('0');
  await turn();
  const waiting = [find('1'), find('2')];
  await expect(find('3')).rejects.toBeInstanceOf(OutageError);
  sql.sent[0]?.answer([]);
  await first;
  await turn();
  sql.sent[1]?.answer([]);
  expect(await Promise.all(waiting)).toStrictEqual([null, null]);
  const next = find('4');
  await turn();
  sql.sent[2]?.answer([['4', 'ACTIVE']]);
  expect(await next).toBe('ACTIVE');
});

test('no answer within the deadline is an outage, whether the question was sent or still waits, and frees its place', async () => {
  const { sql, find } = coalescerWith({ maxWaves: 1, maxWaiting: 1, deadlineMs: 15 });
  const settled = Promise.allSettled([find('0'), turn().then(() => find('1'))]);
  for (const end of await settled) expect(end).toMatchObject({ status: 'rejected', reason: { name: 'OutageError' } });
  const next = find('2');
  sql.sent[0]?.answer([['0', 'LATE']]);
  await turn();
  expect(sql.sent[1]?.params).toStrictEqual([['2']]);
  sql.sent[1]?.answer([['2', 'ACTIVE']]);
  expect(await next).toBe('ACTIVE');
});

test('each question has its own deadline, also one that is asked while the time of another runs out', async () => {
  const { sql, find } = coalescerWith({ deadlineMs: 60 });
  const early = find('0').then(() => null, (error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 40));
  const late = find('1');
  expect(await early).toBeInstanceOf(OutageError);
  sql.sent[1]?.answer([['1', 'ACTIVE']]);
  expect(await late).toBe('ACTIVE');
  await expect(find('2')).rejects.toBeInstanceOf(OutageError);
});

test('an error of a wave reaches each who asked in it, is no verdict, and leaves the next wave alone', async () => {
  const { sql, waves, find } = coalescerWith();
  const token = waves.of(kindOf('token'));
  const asked = [...Array.from({ length: 12 }, (_, n) => find(String(n))), token('a')];
  await turn();
  sql.sent[0]?.fail(new Error('gone'));
  for (const end of await Promise.allSettled(asked)) expect(end).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
  const next = find('x');
  await turn();
  sql.sent[1]?.answer([['x', 'ACTIVE']]);
  expect(await next).toBe('ACTIVE');
});

test('an answer that cannot be read is an error for those of its kind, and stops no other', async () => {
  const { sql, waves, find } = coalescerWith();
  const token = waves.of(kindOf('token'));
  const [unreadable, known] = [find('unreadable'), token('a')];
  await turn();
  sql.sent[0]?.answer([], [['a', 'T']]);
  await expect(unreadable).rejects.toThrow('cannot be read');
  expect(await known).toBe('T');
  const next = find('x');
  await turn();
  sql.sent[1]?.answer([['x', 'ACTIVE']]);
  expect(await next).toBe('ACTIVE');
});
