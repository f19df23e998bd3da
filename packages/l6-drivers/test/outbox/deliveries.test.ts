import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { PLATFORM } from '@hoc/l7-models/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginFor } from '../../src/database/begin.ts';
import { inOwnTransaction } from '../../src/database/own-transaction.ts';
import type { Param, Sql, Statement } from '../../src/database/sql.ts';
import { Deliveries, type Choice } from '../../src/outbox/deliveries.ts';
import { DeliveryDriver, type Claimed } from '../../src/outbox/delivery.driver.ts';
import { OutboxEventReader } from '../../src/outbox/events.driver.ts';
import { AT, after, dataKeyRow, deadLetterRow, endpointRow, originOf } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

const CHOICE: Choice = { mailTypes: ['mail'], typesToldTo: (types) => types, replayType: 'replay' };
const TIME = { now: after(100), until: after(110) };
const RESTED = { failingSince: null, nextAttemptAt: null, attempts: 0, firstAttemptAt: null };
const BEHIND = { ...RESTED, failure: null };

const NOTHING = { mail: null, endpoints: {} };

describe.each(BACKENDS)('claims and what becomes of them, on %s', (backend) => {
  let db: TestDatabase;
  let store: Store;
  let deliveries: Deliveries;
  let id: string;
  let number = 0;

  beforeAll(async () => {
    db = await createTestDatabase(backend);
    store = storeOf(db.database);
    deliveries = new Deliveries(db.database, CHOICE);
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    id = (await makeTenant(store, (number += 1))).id;
    await write(store, id, async ({ dataKeys, webhookEndpoints }) => {
      await dataKeys.insert(dataKeyRow(id, 1));
      await webhookEndpoints.insert(endpointRow(id, 1, { eventTypes: ['a'], cursorSeq: 0, cursorOrdinal: 0, failingSince: null, nextAttemptAt: null, attempts: 0 }));
    });
  });

  const tell = (seq: number, ...types: readonly string[]): Promise<void> =>
    write(store, id, (_, tx) => tx.appendEvents(types.map((type) => ({ type, payload: type === 'replay' ? { endpointId: 'whk_1', seq: 1, ordinal: 1 } : { dataKeyId: 'dek_1' } })), originOf(seq)));
  const endpoint = () => store.read(id, ({ webhookEndpoints }) => webhookEndpoints.get(id, 'whk_1'));

  test('what is due is what could be claimed: an event of a type that is told, now, or when a claim or a wait is over', async () => {
    expect(await deliveries.due(id, TIME.now)).toEqual(NOTHING);
    await tell(1, 'b');
    expect(await deliveries.due(id, TIME.now)).toEqual(NOTHING);
    await tell(2, 'a', 'mail');
    expect(await deliveries.due(id, TIME.now)).toEqual({ mail: { isNow: true }, endpoints: { whk_1: { isNow: true } } });
    await deliveries.claimWebhook(id, 'whk_1', TIME);
    await deliveries.claimMail(id, TIME);
    const later = { isNow: false, at: TIME.until };
    expect(await deliveries.due(id, TIME.now)).toEqual({ mail: later, endpoints: { whk_1: later } });
    expect(await deliveries.due(id, TIME.until)).toEqual({ mail: { isNow: true }, endpoints: { whk_1: { isNow: true } } });
  });

  test('a claim holds the first event, its endpoint and its data key; nobody else claims until it has passed', async () => {
    await tell(3, 'b', 'a', 'a');
    const claim = await deliveries.claimWebhook(id, 'whk_1', TIME);
    expect(claim).toMatchObject({
      event: { seq: 3, ordinal: 2 }, told: { seq: 3, ordinal: 2 }, claimed: { seq: 0, ordinal: 0, until: TIME.until }, attempts: 1,
      dataKey: { tenantId: id, wrapped: dataKeyRow(id, 1).wrapped }, endpoint: { id: 'whk_1' },
    });
    expect(await endpoint()).toMatchObject({ attempts: 1, nextAttemptAt: TIME.until, cursorSeq: 0 });
    expect(await deliveries.claimWebhook(id, 'whk_1', TIME)).toBeNull();
    expect(await deliveries.claimWebhook(id, 'whk_1', { now: TIME.until, until: after(120) })).toMatchObject({ event: { seq: 3, ordinal: 2 }, attempts: 2 });
  });

  test('a claim is settled once, and only while it stands; the next event is claimed in the same transaction', async () => {
    await tell(1, 'a', 'a', 'b');
    const claim = await deliveries.claimWebhook(id, 'whk_1', TIME);
    if (claim === null) throw new Error('nothing was claimed');
    const next = await deliveries.settleAndClaim(claim, { ...claim.event, ...BEHIND }, null, TIME);
    expect(next).toMatchObject({ event: { seq: 1, ordinal: 2 }, claimed: { seq: 1, ordinal: 1 }, attempts: 1 });
    expect(await deliveries.settleWebhook(claim, { ...claim.event, ...BEHIND }, null)).toBe(false);
    if (next === null) throw new Error('nothing more was claimed');
    expect(await deliveries.settleAndClaim(next, { ...next.event, ...BEHIND }, null, TIME)).toBeNull();
    expect(await endpoint()).toMatchObject({ cursorSeq: 1, cursorOrdinal: 2, ...RESTED });
  });

  test('giving an event up moves the cursor and writes the letter, or neither', async () => {
    await tell(1, 'a');
    const claim = await deliveries.claimWebhook(id, 'whk_1', TIME);
    if (claim === null) throw new Error('nothing was claimed');
    const letter = deadLetterRow(id, 'whk_1');
    // The letter names an event that is not there: the cursor stays as well.
    await expect(deliveries.settleWebhook(claim, { ...claim.event, ...BEHIND }, { ...letter, eventSeq: 9 })).rejects.toMatchObject({ code: '23503' });
    expect(await endpoint()).toMatchObject({ cursorSeq: 0, nextAttemptAt: TIME.until });
    expect(await deliveries.settleWebhook(claim, { ...claim.event, ...BEHIND }, letter)).toBe(true);
    expect(await deliveries.settleWebhook(claim, { ...claim.event, ...BEHIND }, { ...letter, reason: 'again' })).toBe(false);
    await store.read(id, async ({ deadLetters, events }) => {
      const event = await events.get(id, { seq: 1, ordinal: 1 });
      const told = { ...letter, eventId: event?.id, eventType: 'a', eventAt: after(1) };
      expect(await deadLetters.listTold(id, 'whk_1', { limit: 9 })).toStrictEqual([told]);
      expect(await deadLetters.listTold(id, 'whk_1', { limit: 9, before: { seq: 1, ordinal: 1 } })).toStrictEqual([]);
      expect(await deadLetters.findByEvent(id, 'whk_1', event?.id ?? '')).toStrictEqual(told);
      expect(await deadLetters.findByEvent(id, 'whk_2', event?.id ?? '')).toBeNull();
    });
  });

  test('a replay tells the earlier event, at the one endpoint that it names', async () => {
    await write(store, id, ({ webhookEndpoints }) => webhookEndpoints.insert(endpointRow(id, 2, { dataKeyId: 'dek_1', eventTypes: [], cursorSeq: 0, cursorOrdinal: 0, nextAttemptAt: null })));
    await tell(1, 'b');
    await tell(2, 'replay');
    expect(await deliveries.claimWebhook(id, 'whk_1', TIME)).toMatchObject({ event: { seq: 2, type: 'replay' }, told: { seq: 1, type: 'b' } });
    expect(await deliveries.claimWebhook(id, 'whk_2', TIME)).toBeNull();
  });

  test('mail is claimed, settled and passed over in the same way', async () => {
    expect(await deliveries.claimMail(id, TIME)).toBeNull();
    await tell(1, 'a', 'mail');
    const claim = await deliveries.claimMail(id, TIME);
    expect(claim).toMatchObject({ event: { seq: 1, ordinal: 2 }, attempts: 1, dataKey: { tenantId: id } });
    if (claim === null) throw new Error('nothing was claimed');
    expect(await deliveries.claimMail(id, TIME)).toBeNull();
    expect(await deliveries.settleMail(claim, { ...claim.event, nextAttemptAt: null, attempts: 0 })).toBe(true);
    expect(await deliveries.settleMail(claim, { ...claim.event, nextAttemptAt: null, attempts: 0 })).toBe(false);
    expect(await deliveries.claimMail(id, TIME)).toBeNull();
  });

  test('a cursor that lags is moved to the last event, where nothing of its own lies between', async () => {
    for (const seq of [1, 50, 101]) await tell(seq, 'b');
    expect(await deliveries.due(id, TIME.now)).toEqual({ mail: { isNow: true }, endpoints: { whk_1: { isNow: true } } });
    expect([await deliveries.claimWebhook(id, 'whk_1', TIME), await deliveries.claimMail(id, TIME)]).toEqual([null, null]);
    expect(await endpoint()).toMatchObject({ cursorSeq: 101, cursorOrdinal: 1, nextAttemptAt: null });
    expect(await store.read(id, ({ consumerCursors }) => consumerCursors.get(id, 'MAIL'))).toMatchObject({ cursorSeq: 101, cursorOrdinal: 1 });
    expect(await deliveries.due(id, TIME.now)).toEqual(NOTHING);
  });

  test('all tenants are gone through, each once, in pages', async () => {
    const found: string[] = [];
    for await (const page of deliveries.tenants()) found.push(...page);
    const [all] = await db.asOwner<{ count: number }>('select count(*)::int as count from tenants');
    expect(found.length).toBe(all?.count);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toContain(id);
  });

  test('row-level security keeps a tenant\'s deliveries its own, where a statement forgets to', async () => {
    await tell(1, 'a');
    const other = (await makeTenant(store, (number += 1))).id;
    const claimed: Claimed = { seq: 0, ordinal: 0, until: TIME.until };
    await inOwnTransaction(db.database, other, async (sql) => {
      const driver = new DeliveryDriver(new Unfiltered(sql));
      expect(await driver.endpoints(id)).toEqual([]);
      expect(await new OutboxEventReader(new Unfiltered(sql)).next(id, { seq: 0, ordinal: 0 }, { types: ['a'], addressed: null })).toBeNull();
      expect(await driver.lockEndpoint(id, 'whk_1', TIME.now)).toBeNull();
      expect(await driver.dataKey(id, 'dek_1')).toBeNull();
      await driver.claimEndpoint(id, 'whk_1', TIME.until);
      await driver.passEndpoint(id, 'whk_1', { seq: 9, ordinal: 9 });
      expect(await driver.settleEndpoint(id, 'whk_1', claimed, { seq: 9, ordinal: 9, ...BEHIND })).toBe(false);
    });
    expect(await endpoint()).toMatchObject({ cursorSeq: 0, attempts: 0, nextAttemptAt: null });
    // And a tenant's own transaction sees no list of tenants.
    expect(await inOwnTransaction(db.database, other, (sql) => new DeliveryDriver(sql).tenantsAfter('', 9))).toEqual([other]);
    expect((await inOwnTransaction(db.database, PLATFORM, (sql) => new DeliveryDriver(sql).tenantsAfter('', 9))).length).toBeGreaterThan(1);
  });

  test('bookkeeping that fails is undone, and gives its connection back', async () => {
    const failing = inOwnTransaction(db.database, id, async (sql) => {
      await new DeliveryDriver(sql).claimEndpoint(id, 'whk_1', AT);
      throw new Error('as planned');
    });
    await expect(failing).rejects.toThrow('as planned');
    expect(await endpoint()).toMatchObject({ attempts: 0, nextAttemptAt: null });
  });
});

test('on PostgreSQL, a row that another server has under lock is passed by, not waited for', async () => {
  const db = await createTestDatabase('postgres');
  const store = storeOf(db.database);
  const { id } = await makeTenant(store, 1);
  await write(store, id, async ({ dataKeys, webhookEndpoints, consumerCursors }, tx) => {
    await dataKeys.insert(dataKeyRow(id, 1));
    await webhookEndpoints.insert(endpointRow(id, 1, { eventTypes: ['a'], cursorSeq: 0, cursorOrdinal: 0, nextAttemptAt: null }));
    await consumerCursors.move(id, 'MAIL', { seq: 0, ordinal: 0 }, { cursorSeq: 0, cursorOrdinal: 0, attempts: 0, nextAttemptAt: null });
    await tx.appendEvents([{ type: 'a', payload: {} }, { type: 'mail', payload: {} }], originOf(1));
  });
  const deliveries = new Deliveries(db.database, CHOICE);
  const other = await db.database.session();
  await beginFor(other, id);
  for (const table of ['webhook_endpoints', 'consumer_cursors']) await other.run({ name: `test.lock_${table}`, text: `select from ${table} where tenant_id = $1 for update` }, [id]);
  expect([await deliveries.claimWebhook(id, 'whk_1', TIME), await deliveries.claimMail(id, TIME)]).toEqual([null, null]);
  await other.control('rollback');
  other.release(true);
  expect(await deliveries.claimWebhook(id, 'whk_1', TIME)).not.toBeNull();
  expect(await deliveries.claimMail(id, TIME)).not.toBeNull();
  await db.close();
});

/** Sends every statement as if it had no tenant filter of its own. */
class Unfiltered implements Sql {
  readonly #sql: Sql;
  constructor(sql: Sql) {
    this.#sql = sql;
  }
  run<Row extends object>({ name, text }: Statement, params: readonly Param[]): Promise<Row[]> {
    const without = text.replace('where tenant_id = $1', 'where $1::text is not null');
    if (without === text) throw new Error(`${name} has no filter to remove`);
    return this.#sql.run({ name: `${name}!`, text: without }, params);
  }
}
