import { classify } from '../database/errors.ts';
import { isRefusal } from '../database/refusal.ts';
import type { Sql } from '../database/sql.ts';
import { endLeases, type LeaseEnd } from './lease-ends.ts';
import type { Taken, Taking } from './meter.ts';
import { takeAll } from './take.ts';
import { Waves, type Pending, type WaveLimits } from './waves.ts';

/** Two at a time: while one is being written to the disk, the next is decided. */
export const METER_TAKER_LIMITS: WaveLimits = { maxWaves: 2, maxWave: 256, maxWaiting: 10_000, deadlineMs: 2000 };

/**
 * Takes from rate limits, credits and leases, exactly: what several servers take at once is decided by the database, under locks.
 * Takings that wait while statements are under way share the next one, each all or nothing by itself.
 *
 * INVARIANT: nothing is taken twice for one taking. Where it is unknown whether it was taken, it is not tried again: it is an outage.
 */
export class MeterTaker {
  readonly #sql: Sql;
  readonly #takings: Waves<Taking, Taken>;
  readonly #ends: Waves<LeaseEnd, Date | null>;

  constructor(sql: Sql, limits: WaveLimits = METER_TAKER_LIMITS) {
    this.#sql = sql;
    this.#takings = new Waves('meters', limits, (wave) => settle(wave, (takings) => takeAll(this.#sql, takings)));
    this.#ends = new Waves('leases', limits, (wave) => settle(wave, (ends) => endLeases(this.#sql, ends)));
  }

  /**
   * Takes all of it, or says which meter refuses and takes nothing.
   * @throws OutageError where no answer came in time, or too many are waiting; and what the database throws. Then it may have been taken.
   */
  take(taking: Taking): Promise<Taken> {
    const problem = problemOf(taking);
    return problem === null ? this.#takings.ask(taking) : Promise.reject(new Error(problem));
  }

  /** Ends a lease of a key. False where the key does not hold it, or no more. */
  async release(tenantId: string, keyId: string, leaseId: string): Promise<boolean> {
    return (await this.#ends.ask({ tenantId, keyId, leaseId, seconds: null })) !== null;
  }

  /** Lets a lease end `seconds` from now: when that is, or null where the key does not hold it, or no more. */
  renew(tenantId: string, keyId: string, leaseId: string, seconds: number): Promise<Date | null> {
    return this.#ends.ask({ tenantId, keyId, leaseId, seconds });
  }
}

/** What is wrong with a taking, before it can spoil those that it would share a statement with. */
function problemOf({ meters, cost, lease }: Taking): string | null {
  if (!Number.isSafeInteger(cost) || cost < 0) return `a cost of ${cost} cannot be taken`;
  if (meters.some(({ limit, windowMs }) => !Number.isSafeInteger(limit) || !Number.isSafeInteger(windowMs))) return 'a limit or a window is no whole number';
  const hasLease = meters.some(({ kind }) => kind === 'CONCURRENCY');
  if (hasLease !== (lease !== null)) return hasLease ? 'a lease needs an id' : 'a lease needs its meter';
  if (meters.length < 2) return null;
  const names = meters.map(({ kind, scope, scopeId, name, windowMs }) => `${kind}\0${scope}\0${scopeId}\0${name}\0${windowMs}`);
  return new Set(names).size === names.length ? null : 'one meter is named twice';
}

type Asked = { readonly tenantId: string };

/** Asks for a wave; where the database has refused all of it and so done nothing, for each tenant by itself: what one met is not the others'. */
async function settle<One extends Asked, Answer>(wave: readonly Pending<One, Answer>[], ask: (asked: readonly One[]) => Promise<Answer[]>): Promise<void> {
  const failed = await answerAll(wave, ask);
  if (failed === null) return;
  const { error } = failed;
  const tenants = Map.groupBy(wave.filter(({ isOver }) => !isOver), ({ asked }) => asked.tenantId);
  if (!isRefusal(error) || (tenants.size <= 1 && classify(error) !== 'RETRY')) {
    for (const one of wave) one.refuse(error);
    return;
  }
  await Promise.all([...tenants.values()].map(async (own) => {
    const again = await answerAll(own, ask);
    if (again !== null) for (const one of own) one.refuse(again.error);
  }));
}

/** Answers all of them, or none and says why. */
async function answerAll<One, Answer>(wave: readonly Pending<One, Answer>[], ask: (asked: readonly One[]) => Promise<Answer[]>): Promise<{ readonly error: unknown } | null> {
  try {
    const answers = await ask(wave.map(({ asked }) => asked));
    wave.forEach((one, at) => {
      const answer = answers[at];
      if (answer === undefined) one.refuse(new Error('the database answered less than it was asked'));
      else one.answer(answer);
    });
    return null;
  } catch (error) {
    return { error };
  }
}
