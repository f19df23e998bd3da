import type { Meter } from '@hoc/l6-drivers/metering/meter';
import { describe, expect, test } from 'vitest';
import { LocalLimits, type LocalLimitsOptions } from './local-limits.ts';

/** A clock that is set by hand. */
class HandClock {
  nowMs = 0;
  wallOffsetMs = 0;

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs + this.wallOffsetMs;
  }
}

const limitsAt = (clock: HandClock, options: LocalLimitsOptions = {}): LocalLimits => new LocalLimits({ clock, ...options });

const sliding = (limit: number, but: Partial<Meter> = {}): Meter => ({ kind: 'SLIDING', scope: 'KEY', scopeId: 'key_1', name: 'calls', limit, windowMs: 1000, ...but });

/** How many of so many calls are admitted now. */
const admitted = (limits: LocalLimits, meters: readonly Meter[], calls: number, cost = 1): number =>
  Array.from({ length: calls }, () => limits.take('tnt_1', meters, cost)).filter(({ isTaken }) => isTaken).length;

describe('one process', () => {
  test('admits what the limit says, and again once the window has passed', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock);
    expect(admitted(limits, [sliding(10)], 25)).toBe(10);
    clock.nowMs = 999;
    expect(admitted(limits, [sliding(10)], 25)).toBe(0);
    clock.nowMs = 1000;
    expect(admitted(limits, [sliding(10)], 25)).toBe(10);
  });

  test('tells what is left, and when there will be more', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock);
    expect(limits.take('tnt_1', [sliding(2)], 1).readings).toEqual([{ allowed: true, remaining: 1, resetMs: 1000 }]);
    clock.nowMs = 400;
    expect(limits.take('tnt_1', [sliding(2)], 1).readings).toEqual([{ allowed: true, remaining: 0, resetMs: 600 }]);
    expect(limits.take('tnt_1', [sliding(2)], 1).readings).toEqual([{ allowed: false, remaining: 0, resetMs: 600 }]);
    expect(limits.take('tnt_1', [sliding(2)], 2).readings).toEqual([{ allowed: false, remaining: 0, resetMs: 1000 }]);
  });

  test('never admits a cost beyond the limit, and takes nothing for it', () => {
    const limits = limitsAt(new HandClock());
    expect(limits.take('tnt_1', [sliding(5)], 6)).toMatchObject({ isTaken: false, readings: [{ allowed: false, remaining: 5, resetMs: 0 }] });
    expect(admitted(limits, [sliding(5)], 2, 5)).toBe(1);
  });

  test('a fixed window ends with the calendar’s', () => {
    const clock = new HandClock();
    clock.nowMs = 700;
    const limits = limitsAt(clock);
    const fixed = sliding(3, { kind: 'FIXED' });
    expect(admitted(limits, [fixed], 9)).toBe(3);
    expect(limits.take('tnt_1', [fixed], 1).readings).toEqual([{ allowed: false, remaining: 0, resetMs: 300 }]);
    clock.nowMs = 1000;
    expect(admitted(limits, [fixed], 9)).toBe(3);
  });

  test('a clock that is set touches no sliding window, and makes no fixed one forget', () => {
    const clock = new HandClock();
    clock.nowMs = 10_000;
    const limits = limitsAt(clock);
    const both = [sliding(3), sliding(3, { name: 'fixed', kind: 'FIXED' })];
    expect(admitted(limits, both, 3)).toBe(3);
    clock.wallOffsetMs = -3_600_000;
    expect(limits.take('tnt_1', both, 1).readings).toEqual([{ allowed: false, remaining: 0, resetMs: 1000 }, { allowed: false, remaining: 0, resetMs: 1000 }]);
    clock.nowMs = 11_000;
    expect(admitted(limits, both, 9)).toBe(3);
  });
});

test('by the clocks of the system, a limit says when it will be whole again', () => {
  const readings = new LocalLimits().take('tnt_1', [sliding(2), sliding(2, { name: 'fixed', kind: 'FIXED' })], 1).readings;
  for (const { allowed, remaining, resetMs } of readings) {
    expect([allowed, remaining]).toEqual([true, 1]);
    expect(resetMs).toBeGreaterThan(0);
    expect(resetMs).toBeLessThanOrEqual(1000);
  }
});

describe('several limits', () => {
  test('are taken from together or not at all, and each says its own', () => {
    const limits = limitsAt(new HandClock());
    const [many, few] = [sliding(10, { name: 'many' }), sliding(2, { name: 'few' })];
    expect(admitted(limits, [many, few], 5)).toBe(2);
    const refused = limits.take('tnt_1', [many, few], 1);
    expect(refused.readings.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([[true, 8], [false, 0]]);
    expect(admitted(limits, [many], 20)).toBe(8);
  });

  test('of other tenants, owners, keys, names, algorithms and windows are others', () => {
    const limits = limitsAt(new HandClock());
    const others: readonly [string, Meter][] = [
      ['tnt_1', sliding(1)], ['tnt_2', sliding(1)], ['tnt_1', sliding(1, { scopeId: 'key_2' })], ['tnt_1', sliding(1, { scope: 'OWNER' })],
      ['tnt_1', sliding(1, { name: 'other' })], ['tnt_1', sliding(1, { kind: 'FIXED' })], ['tnt_1', sliding(1, { windowMs: 2000 })],
    ];
    for (const [tenantId, meter] of others) expect(limits.take(tenantId, [meter], 1).isTaken).toBe(true);
    for (const [tenantId, meter] of others) expect(limits.take(tenantId, [meter], 1).isTaken).toBe(false);
  });

  test('a limit that is changed goes on from what was counted', () => {
    const limits = limitsAt(new HandClock());
    expect(admitted(limits, [sliding(5)], 9)).toBe(5);
    expect(admitted(limits, [sliding(8)], 9)).toBe(3);
    expect(admitted(limits, [sliding(4)], 9)).toBe(0);
  });
});

test('what is given back is there for the next, and the limits say so', () => {
  const limits = limitsAt(new HandClock());
  const both = [sliding(2), sliding(2, { name: 'fixed', kind: 'FIXED' })];
  const taken = limits.take('tnt_1', both, 2);
  expect(taken.isTaken).toBe(true);
  expect(limits.giveBack(taken)).toEqual([{ allowed: true, remaining: 2, resetMs: 0 }, { allowed: true, remaining: 2, resetMs: 0 }]);
  expect(admitted(limits, both, 5)).toBe(2);
});

describe('processes that share a limit', () => {
  test.each([[10, 1, 1, 10], [10, 4, 4, 12], [7, 2, 2, 8], [3, 8, 8, 8], [100, 3, 3, 102], [10, 2, 4, 20], [10, 4, 2, 6]])(
    'of %i by %i: %i processes admit at most their number of times the share rounded up', (limit, shares, processes, most) => {
      const clock = new HandClock();
      const all = Array.from({ length: processes }, () => limitsAt(clock, { shares }));
      expect(processes * Math.ceil(limit / shares)).toBe(most);
      let sum = 0;
      for (const limits of all) sum += admitted(limits, [sliding(limit)], limit + 5);
      expect(sum).toBe(most);
      clock.nowMs = 999;
      for (const limits of all) expect(admitted(limits, [sliding(limit)], 5)).toBe(0);
    },
  );
});

describe('memory', () => {
  test('limits that nobody takes from any more are forgotten as others come', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock);
    for (let n = 0; n < 5000; n += 1) {
      clock.nowMs += 10;
      expect(limits.take('tnt_1', [sliding(3, { scopeId: `key_${n}` })], 1).isTaken).toBe(true);
    }
    // 100 are in use at a time.
    expect(limits.size).toBeLessThan(300);
  });

  test('each new one makes two old ones go that have nothing left to count, and none that has', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock);
    for (let n = 0; n < 9; n += 1) limits.take('tnt_1', [sliding(3, { scopeId: `old_${n}` })], 1);
    expect(limits.size).toBe(9);
    clock.nowMs = 1000;
    limits.take('tnt_1', [sliding(3, { scopeId: 'old_8' })], 1);
    // Who was there before makes no room.
    expect(limits.size).toBe(9);
    limits.take('tnt_1', [sliding(3, { scopeId: 'new_1' })], 1);
    expect(limits.size).toBe(8);
    limits.take('tnt_1', [sliding(3, { scopeId: 'new_2' }), sliding(3, { scopeId: 'new_2', name: 'another' })], 1);
    expect(limits.size).toBe(6);
    for (let n = 3; n < 9; n += 1) limits.take('tnt_1', [sliding(3, { scopeId: `new_${n}` })], 1);
    expect(limits.size).toBe(10);
  });

  test('where there is no room, one that may go is found wherever it stands', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock, { maxCounts: 100 });
    for (let n = 0; n < 100; n += 1) limits.take('tnt_1', [sliding(2, { scopeId: `key_${n}`, windowMs: n === 60 ? 1000 : 100_000 })], 1);
    clock.nowMs = 1000;
    expect(limits.take('tnt_1', [sliding(2, { scopeId: 'key_new' })], 1).isTaken).toBe(true);
    expect(() => limits.take('tnt_1', [sliding(2, { scopeId: 'key_newer' })], 1)).toThrow('in use already');
    expect(limits.size).toBe(100);
  });

  test('with no room there is no verdict, nothing in use is forgotten, and known limits go on', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock, { maxCounts: 100 });
    for (let n = 0; n < 100; n += 1) expect(limits.take('tnt_1', [sliding(2, { scopeId: `key_${n}` })], 1).isTaken).toBe(true);
    expect(() => limits.take('tnt_1', [sliding(2, { scopeId: 'key_one_too_many' })], 1)).toThrow('100 local rate limits are in use already');
    for (let n = 0; n < 100; n += 1) expect(admitted(limits, [sliding(2, { scopeId: `key_${n}` })], 3)).toBe(1);
    expect(limits.size).toBe(100);
    clock.nowMs = 1000;
    expect(limits.take('tnt_1', [sliding(2, { scopeId: 'key_one_too_many' })], 1).isTaken).toBe(true);
  });

  test('one tenant fills its own part and not that of others, and has room again once its windows have passed', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock, { maxCounts: 100, maxOfTenant: 40 });
    for (let n = 0; n < 40; n += 1) limits.take('tnt_1', [sliding(2, { name: `made-${n}` })], 1);
    expect(() => limits.take('tnt_1', [sliding(2, { name: 'made-40' })], 1)).toThrow('40 local rate limits are in use already, 40 of them this tenant');
    // What it has goes on, and so do all others.
    expect(limits.take('tnt_1', [sliding(2, { name: 'made-0' })], 1).isTaken).toBe(true);
    for (let n = 0; n < 40; n += 1) expect(limits.take('tnt_2', [sliding(2, { name: `made-${n}` })], 1).isTaken).toBe(true);
    clock.nowMs = 1000;
    // Twice as many as it may have at a time: what it gave free counts for it no more.
    for (let n = 0; n < 80; n += 1) {
      expect(limits.take('tnt_1', [sliding(2, { name: `again-${n}` })], 1).isTaken).toBe(true);
      clock.nowMs += 100;
    }
    expect(() => limits.take('tnt_1', Array.from({ length: 41 }, (_, n) => sliding(2, { name: `many-${n}` })), 1)).toThrow('in use already');
  });

  test('what a tenant gives free is free for it, what it has in use is not, and a tenant that uses none is forgotten', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock, { maxOfTenant: 2 });
    limits.take('tnt_1', [sliding(2, { name: 'short', windowMs: 1000 })], 1);
    limits.take('tnt_1', [sliding(2, { name: 'long', windowMs: 100_000 })], 1);
    clock.nowMs = 1000;
    expect(limits.take('tnt_1', [sliding(2, { name: 'third', windowMs: 100_000 })], 1).isTaken).toBe(true);
    expect(() => limits.take('tnt_1', [sliding(2, { name: 'fourth' })], 1)).toThrow('2 of them this tenant');
    expect(limits.tenants).toBe(1);
    clock.nowMs = 200_000;
    for (let n = 0; n < 4; n += 1) limits.take('tnt_2', [sliding(2, { name: `other-${n % 2}` })], 1);
    limits.take('tnt_2', [sliding(2, { name: 'other-1' })], 1);
    expect([limits.tenants, limits.size]).toStrictEqual([1, 2]);
  });

  test('making room for one limit of a verification never forgets another of it', () => {
    const clock = new HandClock();
    const limits = limitsAt(clock);
    const old = sliding(1, { name: 'old' });
    for (let n = 0; n < 200; n += 1) {
      limits.take('tnt_1', [old], 1);
      // What was counted of it has passed, so that it may be forgotten at any time.
      clock.nowMs += 2000;
      expect(limits.take('tnt_1', [old, sliding(1, { name: `new-${n}` })], 1).isTaken).toBe(true);
      expect(limits.take('tnt_1', [old], 1).isTaken).toBe(false);
      clock.nowMs += 2000;
    }
  });
});
