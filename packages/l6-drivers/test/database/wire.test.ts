import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresCopy } from '@hoc/testbed/databases';
import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UnansweredError } from '../../src/database/outage.ts';
import { parserOf, type Parse } from '../../src/database/parsers.ts';
import type { Param, Statement } from '../../src/database/sql.ts';
import { Wire } from '../../src/database/wire.ts';

const MINUTE_MS = 60_000;
const TEXT = 25;

/** Statements without a name of their own: each text is one. */
const said = (text: string): Statement => ({ name: text, text });

describe('a wire to PostgreSQL', () => {
  let url: string;
  let drop: () => Promise<void>;
  const clients: Client[] = [];

  beforeAll(async () => {
    ({ url, drop } = await createPostgresCopy());
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
    await drop();
  });

  async function wireWith({ deadlineMs = MINUTE_MS, read = parserOf() }: { readonly deadlineMs?: number; readonly read?: (oid: number) => Parse } = {}): Promise<{ readonly client: Client; readonly wire: Wire }> {
    const client = new Client({ connectionString: url });
    // It is told to whoever waits for an answer.
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    return { client, wire: new Wire(client, { parserOf: read, deadlineMs, drop: () => void client.connection.stream.destroy() }) };
  }

  const ask = async (wire: Wire, text: string, params: readonly Param[] = []): Promise<object[]> => wire.run(said(text), params);

  test('what is asked in one turn goes in one wave, also behind a promise that is kept already; what is asked after an answer goes in another', async () => {
    const { wire } = await wireWith();
    const transaction = said('select pg_current_xact_id()::text as "id"');
    const afterTurns = async (): Promise<object[]> => {
      await Promise.resolve();
      await Promise.resolve();
      return wire.run(transaction, []);
    };
    // Outside of any transaction a wave is one of its own.
    const [first, second, third] = await Promise.all([wire.run(transaction, []), wire.run(transaction, []), afterTurns()]);
    expect(second).toStrictEqual(first);
    expect(third).toStrictEqual(first);
    expect(await wire.run(transaction, [])).not.toStrictEqual(first);
  });

  test('what is asked while a wave is under way waits for it, and all of it makes the next one', async () => {
    const { wire } = await wireWith();
    const slow = ask(wire, 'select pg_sleep(0.05)');
    await sleep(5);
    const transaction = said('select pg_current_xact_id()::text as "id"');
    const early = wire.run(transaction, []);
    await sleep(5);
    const late = wire.run(transaction, []);
    await slow;
    expect(await early).toStrictEqual(await late);
  });

  test('answers come in the order of the questions, whether a statement is new or known, has rows or none', async () => {
    const { wire } = await wireWith();
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all([
        wire.control('begin isolation level read committed'), ask(wire, 'select $1::int as "n"', [round]), ask(wire, 'create temporary table shelf (n int) on commit drop'),
        ask(wire, 'insert into shelf values ($1)', [round]), ask(wire, 'insert into shelf select n + 1 from shelf returning n'), ask(wire, 'select n from shelf where n < 0'),
        ask(wire, 'select n from shelf order by n'), ask(wire, 'select $1::int as "n"', [9 - round]), wire.control('commit'),
      ]);
      expect(answers).toStrictEqual(['BEGIN', [{ n: round }], [], [], [{ n: round + 1 }], [], [{ n: round }, { n: round + 1 }], [{ n: 9 - round }], 'COMMIT']);
    }
  });

  test('parameters arrive as they are, however long and whatever they hold', async () => {
    const { wire } = await wireWith();
    const texts = ['', 'NULL', String.raw`"\'{},`, ' \t\n', 'ü→😀', 'x'.repeat(70_000)];
    const at = new Date('2026-11-23T13:06:52.834Z');
    const statement = 'select $1::text as "text", $2::text[] as "texts", $3::bigint[] as "numbers", $4::float8 as "number", $5::boolean as "is", $6::timestamptz as "at", $7::text as "none"';
    for (const text of texts) {
      const [row] = await ask(wire, statement, [text, [...texts, null], [1, -2], 1.5, true, at, null]);
      expect(row).toStrictEqual({ text, texts: [...texts, null], numbers: [1, -2], number: 1.5, is: true, at, none: null });
    }
    const instants = ['0000-12-31T23:59:59.999Z', '-000043-03-15T12:00:00.000Z', '+012026-01-02T03:04:05.006Z'];
    for (const iso of instants) {
      const [row] = await ask(wire, 'select (extract(epoch from $1::timestamptz) * 1000)::bigint::text as "ms"', [new Date(iso)]);
      expect(row).toStrictEqual({ ms: String(new Date(iso).getTime()) });
    }
  });

  test('a parameter that cannot be sent fails its own statement alone, before anything of it is sent', async () => {
    const { wire } = await wireWith();
    const [good, bad] = await Promise.allSettled([ask(wire, 'select 1 as "n"'), ask(wire, 'select $1::timestamptz', [new Date(Number.NaN)])]);
    expect([good.status, bad.status]).toStrictEqual(['fulfilled', 'rejected']);
  });

  test('a statement that fails takes those behind it in its wave with it, none before it, and none of a later wave', async () => {
    const { wire } = await wireWith();
    const asked = [ask(wire, 'select 1 as "n"'), ask(wire, 'select 1 / $1::int as "n"', [0]), ask(wire, 'select 2 as "n"'), wire.control('commit')];
    const ends = await Promise.allSettled(asked);
    expect(ends[0]).toStrictEqual({ status: 'fulfilled', value: [{ n: 1 }] });
    expect(ends.slice(1).map((end) => (end.status === 'rejected' && end.reason instanceof DatabaseError ? end.reason.code : 'no error'))).toStrictEqual(['22012', '25P02', '25P02']);
    expect(await ask(wire, 'select 2 as "n"')).toStrictEqual([{ n: 2 }]);
  });

  test('statements that were new in a wave that failed can be used, whether they had failed themselves, at once or when they ran, or had been passed over', async () => {
    const { wire } = await wireWith();
    const late = (n: number): Promise<object[]> => ask(wire, 'select 12 / $1::int as "n"', [n]);
    const passedOver = (): Promise<object[]> => ask(wire, 'select count(*)::int as "n" from shelf_of_later');
    for (let round = 0; round < 3; round += 1) {
      const ends = await Promise.allSettled([late(0), passedOver()]);
      expect(ends.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected']);
      await expect(passedOver()).rejects.toMatchObject({ code: '42P01' });
    }
    expect(await late(3)).toStrictEqual([{ n: 4 }]);
    await ask(wire, 'create temporary table shelf_of_later (n int)');
    expect(await Promise.all([passedOver(), late(2), passedOver()])).toStrictEqual([[{ n: 0 }], [{ n: 6 }], [{ n: 0 }]]);
  });

  test('a value that cannot be read fails its own statement alone', async () => {
    const unreadable = (oid: number): Parse => (oid === TEXT ? () => { throw new RangeError('not to be read'); } : Number);
    const { wire } = await wireWith({ read: unreadable });
    const ends = await Promise.allSettled([ask(wire, 'select 1 as "n"'), ask(wire, `select n::text from generate_series(1, 3) as n`), ask(wire, 'select 2 as "n"')]);
    expect(ends).toMatchObject([{ status: 'fulfilled', value: [{ n: 1 }] }, { status: 'rejected', reason: { message: 'not to be read' } }, { status: 'fulfilled', value: [{ n: 2 }] }]);
  });

  test('a wave that is not answered in time is an outage for all of it, and its connection is gone', async () => {
    const { client, wire } = await wireWith({ deadlineMs: 100 });
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    const ends = await Promise.allSettled([ask(wire, 'select 1 as "n"'), ask(wire, 'select pg_sleep(60)'), ask(wire, 'select 2 as "n"')]);
    // Of each alike nobody knows whether it was done.
    for (const end of ends) expect(end.status === 'rejected' && end.reason instanceof UnansweredError).toBe(true);
    await ended;
    await expect(ask(wire, 'select 1 as "n"')).rejects.toThrow(/not queryable|terminated/);
  });

  test('a connection that is lost fails all that was asked on it, sent or not', async () => {
    const { client, wire } = await wireWith();
    const sent = [ask(wire, 'select pg_sleep(60)'), ask(wire, 'select 1 as "n"')];
    await sleep(20);
    const gathered = ask(wire, 'select 2 as "n"');
    client.connection.stream.destroy();
    const ends = await Promise.allSettled([...sent, gathered]);
    expect(ends.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected', 'rejected']);
    for (const end of ends) expect(end.status === 'rejected' && end.reason instanceof Error && !(end.reason instanceof DatabaseError)).toBe(true);
  });

  test('a server that ends the session fails all of the wave with the reason', async () => {
    const { wire } = await wireWith();
    const ends = await Promise.allSettled([ask(wire, 'select pg_terminate_backend(pg_backend_pid())'), ask(wire, 'select 1 as "n"')]);
    expect(ends.map((end) => (end.status === 'rejected' && end.reason instanceof DatabaseError ? end.reason.code : 'no error'))).toStrictEqual(['57P01', '57P01']);
  });
});
