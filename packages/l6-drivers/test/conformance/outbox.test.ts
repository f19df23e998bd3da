import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { PLATFORM } from '@hoc/l7-models/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Position } from '../../src/outbox/position.ts';
import { AT, after, dataKeyRow, deadLetterRow, endpointRow, entryRow, originOf } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

const START: Position = { seq: 0, ordinal: 0 };
const told = (type: string, payload: Readonly<Record<string, unknown>> = {}) => ({ type, payload });

describe.each(BACKENDS)('the outbox on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;
  let id: string;
  let number = 0;
  const committed: string[] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database, (tenantId) => committed.push(tenantId));
  });
  afterAll(() => testDatabase.close());
  beforeEach(async () => {
    id = (await makeTenant(store, (number += 1))).id;
    committed.length = 0;
  });

  const positions = async (after_: Position = START, options: object = {}) =>
    (await store.read(id, ({ events }) => events.after(id, after_, { limit: 100, ...options }))).map(({ seq, ordinal, type }) => [seq, ordinal, type]);

  test('the events of a write are stored in their order, under the number of its audit entry, each with an id of its own', async () => {
    const payload = { deep: { list: [1, null, 'ü "quoted" \\'] } };
    await write(store, id, (_, tx) => Promise.all([tx.appendAudit(entryRow(1)), tx.appendEvents([told('a', payload), told('b'), told('a')], originOf(1))]));
    await write(store, id, (_, tx) => Promise.all([tx.appendAudit(entryRow(2)), tx.appendEvents([told('c')], originOf(2))]));
    expect(await positions()).toStrictEqual([[1, 1, 'a'], [1, 2, 'b'], [1, 3, 'a'], [2, 1, 'c']]);
    const [first, ...rest] = await store.read(id, ({ events }) => events.after(id, START, { limit: 9 }));
    expect(first).toStrictEqual({ tenantId: id, seq: 1, ordinal: 1, id: first?.id, type: 'a', payload, requestId: 'req_1', at: after(1) });
    expect(first?.id).toMatch(/^evt_/);
    expect(new Set([first, ...rest].map((event) => event?.id)).size).toBe(4);
  });

  test('events are read after a position, by type, page by page', async () => {
    await write(store, id, (_, tx) => tx.appendEvents([told('a'), told('b')], originOf(9)));
    await write(store, id, (_, tx) => tx.appendEvents([told('a')], originOf(10)));
    expect(await positions({ seq: 9, ordinal: 1 })).toStrictEqual([[9, 2, 'b'], [10, 1, 'a']]);
    expect(await positions({ seq: 9, ordinal: 2 }, { limit: 1 })).toStrictEqual([[10, 1, 'a']]);
    expect(await positions(START, { types: ['a'] })).toStrictEqual([[9, 1, 'a'], [10, 1, 'a']]);
    expect(await positions(START, { types: [] })).toStrictEqual([]);
    await store.read(id, async ({ events }) => {
      expect(await events.last(id)).toStrictEqual({ seq: 10, ordinal: 1 });
      expect(await events.last('tnt_none')).toStrictEqual(START);
      expect(await events.get(id, { seq: 9, ordinal: 2 })).toMatchObject({ type: 'b' });
      expect(await events.get(id, { seq: 9, ordinal: 3 })).toBeNull();
    });
  });

  test('events are rolled back with their write, whichever of the two fails', async () => {
    const tx = await store.begin(id);
    await tx.appendEvents([told('a')], originOf(1));
    await tx.rollback();
    const failing = write(store, id, async ({ counters }, failed) => {
      void failed.appendEvents([told('a')], originOf(1));
      await counters.add(id, 'LIVE_SERVICE_KEYS', -1);
    });
    await expect(failing).rejects.toMatchObject({ code: '23514' });
    expect(await positions()).toStrictEqual([]);
    // Twice the same place in the order: the events fail, and take the write with them.
    await write(store, id, (_, first) => first.appendEvents([told('a')], originOf(1)));
    const second = await store.begin(id);
    void second.scope.counters.add(id, 'LIVE_SERVICE_KEYS', 1);
    void second.appendEvents([told('a')], originOf(1)).catch(() => {});
    await expect(second.commit()).rejects.toMatchObject({ code: '23505' });
    expect(await store.read(id, ({ counters }) => counters.get(id, 'LIVE_SERVICE_KEYS'))).toBe(0);
  });

  test('events that cannot even be sent keep the write from committing', async () => {
    const tx = await store.begin(id);
    void tx.scope.counters.add(id, 'LIVE_SERVICE_KEYS', 1);
    const ended = await Promise.allSettled([tx.appendEvents([told('a', { big: 1n })], originOf(1)), tx.commit()]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await store.read(id, ({ counters }) => counters.get(id, 'LIVE_SERVICE_KEYS'))).toBe(0);
  });

  test('whoever delivers is told of a commit with events, and of nothing else', async () => {
    await write(store, id, (_, tx) => tx.appendAudit(entryRow(1)));
    const tx = await store.begin(id);
    await tx.appendEvents([told('a')], originOf(1));
    await tx.rollback();
    const failing = await store.begin(id);
    void failing.appendEvents([told('a', { big: 1n })], originOf(1)).catch(() => {});
    await failing.commit().catch(() => {});
    expect(committed).toStrictEqual([]);
    await write(store, id, (_, last) => last.appendEvents([told('a')], originOf(1)));
    expect(committed).toStrictEqual([id]);
  });

  test('an endpoint comes back as it was written, every field of it, and is saved only over the version that was expected', async () => {
    const full = endpointRow(id, 1, { cursorSeq: 7, cursorOrdinal: 2, failingSince: after(1), nextAttemptAt: after(2), attempts: 3, firstAttemptAt: after(1), lastFailedAt: after(2), lastFailure: '500' });
    await write(store, id, async ({ webhookEndpoints, dataKeys }) => {
      await dataKeys.insert(dataKeyRow(id, 1));
      await webhookEndpoints.insert(full);
      expect(await webhookEndpoints.lockForUpdate(id, 'whk_1')).toStrictEqual(full);
    });
    expect(await store.read(id, ({ webhookEndpoints }) => webhookEndpoints.get(id, 'whk_1'))).toStrictEqual(full);
    const save = (changes: object, expected: number) =>
      write(store, id, ({ webhookEndpoints }) => webhookEndpoints.save({ ...full, ...changes, version: expected + 1 }, expected));
    // Where it stands is not a setting: a save that was read earlier must not move it back.
    const next = { url: 'https://other.example', eventTypes: [], status: 'DISABLED', sealedSecret: 's2', updatedAt: after(5) } as const;
    expect(await save({ ...next, cursorSeq: 0, attempts: 0 }, 9)).toBeNull();
    expect(await save({ ...next, cursorSeq: 0, attempts: 0 }, 1)).toStrictEqual({ ...full, ...next, version: 2 });
    await save({ ...next, deletedAt: after(6) }, 2);
    await write(store, id, async ({ webhookEndpoints }) => {
      expect([await webhookEndpoints.get(id, 'whk_1'), await webhookEndpoints.lockForUpdate(id, 'whk_1')]).toStrictEqual([null, null]);
      expect(await webhookEndpoints.list(id, { limit: 9 })).toStrictEqual([]);
    });
  });

  test('an endpoint moves only from where it was seen to stand, and keeps its version', async () => {
    await write(store, id, async ({ webhookEndpoints, dataKeys }) => {
      await dataKeys.insert(dataKeyRow(id, 1));
      await webhookEndpoints.insert(endpointRow(id, 1));
    });
    const to = { cursorSeq: 4, cursorOrdinal: 1, failingSince: after(1), nextAttemptAt: after(2), attempts: 1, firstAttemptAt: after(1), lastFailedAt: after(2), lastFailure: '500' };
    const move = (from: Position) => write(store, id, ({ webhookEndpoints }) => webhookEndpoints.move(id, 'whk_1', from, to));
    expect(await move({ seq: 4, ordinal: 1 })).toBeNull();
    expect(await move(START)).toStrictEqual(endpointRow(id, 1, to));
    expect(await move(START)).toBeNull();
  });

  test('endpoints are listed the newest first, page by page; to deliver to are the ENABLED ones', async () => {
    await write(store, id, async ({ webhookEndpoints, dataKeys }) => {
      await dataKeys.insert(dataKeyRow(id, 1));
      await webhookEndpoints.insert(endpointRow(id, 1));
      await webhookEndpoints.insert(endpointRow(id, 2, { dataKeyId: 'dek_1', status: 'DISABLED' }));
      await webhookEndpoints.insert(endpointRow(id, 3, { dataKeyId: 'dek_1', deletedAt: AT }));
    });
    await store.read(id, async ({ webhookEndpoints }) => {
      expect((await webhookEndpoints.list(id, { limit: 9 })).map((row) => row.id)).toStrictEqual(['whk_2', 'whk_1']);
      expect((await webhookEndpoints.list(id, { limit: 9, after: { createdAt: after(2), id: 'whk_2' } })).map((row) => row.id)).toStrictEqual(['whk_1']);
      expect((await webhookEndpoints.listEnabled(id)).map((row) => row.id)).toStrictEqual(['whk_1']);
    });
  });

  test('a dead letter is of an event that exists, is written down once, and may be replayed', async () => {
    await write(store, id, async ({ webhookEndpoints, dataKeys }, tx) => {
      await tx.appendEvents([told('a'), told('b')], originOf(1));
      await dataKeys.insert(dataKeyRow(id, 1));
      await webhookEndpoints.insert(endpointRow(id, 1));
    });
    const letter = deadLetterRow(id, 'whk_1');
    const bury = (changes: object) => write(store, id, ({ deadLetters }) => deadLetters.bury({ ...letter, ...changes }));
    await expect(bury({ eventSeq: 2 })).rejects.toMatchObject({ code: '23503' });
    await bury({});
    await bury({ reason: 'timeout', attempts: 10, buriedAt: after(99) });
    await bury({ eventOrdinal: 2 });
    const first = { ...letter, reason: 'timeout', attempts: 10, buriedAt: after(99) };
    await store.read(id, async ({ deadLetters }) => {
      expect(await deadLetters.get(id, 'whk_1', { seq: 1, ordinal: 1 })).toStrictEqual(first);
      expect(await deadLetters.list(id, 'whk_1', { limit: 9 })).toStrictEqual([{ ...letter, eventOrdinal: 2 }, first]);
      expect(await deadLetters.list(id, 'whk_1', { limit: 9, before: { seq: 1, ordinal: 2 } })).toStrictEqual([first]);
    });
    const replayed = await write(store, id, ({ deadLetters }) => deadLetters.markReplayed(id, 'whk_1', { seq: 1, ordinal: 1 }, after(100)));
    expect(replayed).toStrictEqual({ ...first, replayedAt: after(100) });
    expect(await write(store, id, ({ deadLetters }) => deadLetters.markReplayed(id, 'whk_1', { seq: 9, ordinal: 1 }, AT))).toBeNull();
  });

  test('a consumer begins before the first event, and moves only from where it was seen to stand', async () => {
    const get = () => store.read(id, ({ consumerCursors }) => consumerCursors.get(id, 'MAIL'));
    expect(await get()).toStrictEqual({ tenantId: id, consumer: 'MAIL', cursorSeq: 0, cursorOrdinal: 0, attempts: 0, nextAttemptAt: null });
    const to = { cursorSeq: 3, cursorOrdinal: 1, attempts: 2, nextAttemptAt: after(5) };
    const move = (from: Position, next = to) => write(store, id, ({ consumerCursors }) => consumerCursors.move(id, 'MAIL', from, next));
    expect(await move({ seq: 3, ordinal: 1 })).toBe(false);
    expect([await move(START), await move(START)]).toStrictEqual([true, false]);
    expect(await get()).toStrictEqual({ tenantId: id, consumer: 'MAIL', ...to });
    expect(await move({ seq: 3, ordinal: 1 }, { ...to, cursorSeq: 4 })).toBe(true);
  });

  test('a name is one holder\'s at a time: until it expires, is renewed, or is let go', async () => {
    const take = (holder: string, now: Date, seconds: number) =>
      write(store, PLATFORM, ({ leases }) => leases.take({ name: `n${number}`, holder, expiresAt: after(seconds) }, now));
    expect([await take('a', AT, 10), await take('b', after(9), 20), await take('a', after(9), 15)]).toStrictEqual([true, false, true]);
    expect([await take('b', after(14), 20), await take('b', after(15), 25)]).toStrictEqual([false, true]);
    expect(await store.read(PLATFORM, ({ leases }) => leases.get(`n${number}`))).toStrictEqual({ name: `n${number}`, holder: 'b', expiresAt: after(25) });
    await write(store, PLATFORM, async ({ leases }) => {
      await leases.letGo(`n${number}`, 'a', after(16));
      expect(await leases.take({ name: `n${number}`, holder: 'a', expiresAt: after(40) }, after(16))).toBe(false);
      await leases.letGo(`n${number}`, 'b', after(16));
      expect(await leases.take({ name: `n${number}`, holder: 'a', expiresAt: after(40) }, after(16))).toBe(true);
    });
  });
});
