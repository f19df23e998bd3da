import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Dispatcher, type TurnEnd } from './dispatcher.ts';

/** Work that ends when it is told to. */
class Turns {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (end: TurnEnd) => void>();

  readonly work = (tenantId: string): Promise<TurnEnd> => {
    this.begun.push(tenantId);
    return new Promise((resolve) => this.#ends.set(tenantId, resolve));
  };

  async end(tenantId: string, end: TurnEnd = 'DONE'): Promise<void> {
    this.#ends.get(tenantId)?.(end);
    await vi.advanceTimersByTimeAsync(0);
  }
}

const OPTIONS = { atOnce: 2, restMs: 100, idleRestMs: 1000 };
let turns: Turns;
let dispatcher: Dispatcher;

beforeEach(() => {
  vi.useFakeTimers();
  turns = new Turns();
  dispatcher = new Dispatcher(turns.work, OPTIONS);
});
afterEach(() => vi.useRealTimers());

test('tenants have their turns in the order in which they asked, so many at once and no more', async () => {
  for (const tenant of ['a', 'b', 'c', 'd']) dispatcher.add(tenant);
  expect(turns.begun).toEqual(['a', 'b']);
  await turns.end('b');
  expect(turns.begun).toEqual(['a', 'b', 'c']);
});

test('who asks again while waiting has one turn; who asks during the turn, or the rest after it, has another once it has rested', async () => {
  dispatcher.add('a');
  dispatcher.add('a');
  dispatcher.add('a');
  await turns.end('a');
  expect(turns.begun).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(99);
  dispatcher.add('a');
  expect(turns.begun).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(turns.begun).toEqual(['a', 'a']);
  await turns.end('a');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(turns.begun).toEqual(['a', 'a']);
});

test('who has more to do has another turn, behind those who wait', async () => {
  for (const tenant of ['a', 'b', 'c']) dispatcher.add(tenant);
  await turns.end('a', 'MORE');
  await vi.advanceTimersByTimeAsync(100);
  await turns.end('b');
  expect(turns.begun).toEqual(['a', 'b', 'c', 'a']);
});

test('who had nothing to do is left alone for longer, and not forgotten', async () => {
  dispatcher.add('a');
  await turns.end('a', 'NOTHING');
  dispatcher.add('a');
  await vi.advanceTimersByTimeAsync(999);
  expect(turns.begun).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(turns.begun).toEqual(['a', 'a']);
});

test('once it stops no turn begins, and it waits for those that have, but not for ever', async () => {
  for (const tenant of ['a', 'b', 'c']) dispatcher.add(tenant);
  let isStopped = false;
  void dispatcher.stop(3000).then(() => { isStopped = true; });
  await turns.end('a');
  dispatcher.add('d');
  await vi.advanceTimersByTimeAsync(2999);
  expect([turns.begun, isStopped]).toEqual([['a', 'b'], false]);
  await vi.advanceTimersByTimeAsync(1);
  expect(isStopped).toBe(true);
});

test('it stops at once when the last turn ends', async () => {
  dispatcher.add('a');
  let isStopped = false;
  void dispatcher.stop(3000).then(() => { isStopped = true; });
  await turns.end('a');
  expect(isStopped).toBe(true);
});
