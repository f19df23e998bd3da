import { OutageError } from '@hoc/l6-drivers/database/outage';
import type { Meter, Reading } from '@hoc/l6-drivers/metering/meter';
import { FixedCount } from './fixed-count.ts';
import { SlidingCount } from './sliding-count.ts';

/** Instants for local limits, in milliseconds. Sliding windows need a clock that nobody sets; fixed ones begin by the calendar. */
export interface LocalClock {
  monotonicMs(): number;
  wallMs(): number;
}

export interface LocalLimitsOptions {
  /** By how many processes each limit is shared. Default: 1. */
  readonly shares?: number;
  /** Of how many limits something may be counted at once; beyond, there is no room, and so no verdict. */
  readonly maxCounts?: number;
  /** And of how many of one tenant: whoever makes limits as fast as it can takes the room of nobody else. */
  readonly maxOfTenant?: number;
  readonly clock?: LocalClock;
}

/** What was taken from one local limit. */
interface Taken {
  readonly counting: Counting;
  readonly share: number;
  readonly cost: number;
  readonly mark: number;
}

interface Counting {
  readonly tenantId: string;
  readonly count: SlidingCount | FixedCount;
  readonly isSliding: boolean;
}

export interface LocallyTaken {
  readonly isTaken: boolean;
  /** In the order of the meters that were given. */
  readonly readings: readonly Reading[];
  /** What {@link LocalLimits.giveBack} takes back. */
  readonly taken: readonly Taken[];
}

/** About 60 MB where all of them are in use: 600 bytes each, mostly for their admissions and their name. */
const MAX_COUNTS = 100_000;
const MAX_OF_TENANT = 25_000;
/** How many counts are looked at to make room for one: where so many are all in use, there is none. */
const LOOKED_AT = 1000;

const SYSTEM_CLOCK: LocalClock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/**
 * Rate limits that each process counts by itself, without asking anybody. Each admits its share of a limit, rounded up: M processes
 * that share by N never admit more than M times ceil(limit / N) in a window. Where N is M, that is at most M - 1 too many.
 * @see docs/METERS.md, Local limits
 */
export class LocalLimits {
  readonly #shares: number;
  readonly #maxCounts: number;
  readonly #maxOfTenant: number;
  readonly #clock: LocalClock;
  readonly #counts = new Map<string, Counting>();
  #swept = this.#counts.entries();
  /** How many of the counts are each tenant's. */
  readonly #ofTenants = new Map<string, number>();

  constructor({ shares = 1, maxCounts = MAX_COUNTS, maxOfTenant = MAX_OF_TENANT, clock = SYSTEM_CLOCK }: LocalLimitsOptions = {}) {
    this.#shares = shares;
    this.#maxCounts = maxCounts;
    this.#maxOfTenant = maxOfTenant;
    this.#clock = clock;
  }

  /** Of how many limits something is counted. */
  get size(): number {
    return this.#counts.size;
  }

  /** Of how many tenants: one of which nothing is counted is forgotten. */
  get tenants(): number {
    return this.#ofTenants.size;
  }

  /**
   * Takes from all of them or from none.
   * @throws OutageError where so many limits are in use, of all or of this tenant, that there is no room for one more: nothing is forgotten to make room
   */
  take(tenantId: string, meters: readonly Meter[], cost: number): LocallyTaken {
    const named = meters.map((meter) => ({ meter, key: keyOf(tenantId, meter) }));
    // Before any of them is looked up: what this verification counts on must not be forgotten on the way.
    this.#makeRoomFor(tenantId, named.filter(({ key }) => !this.#counts.has(key)).length);
    const asked = named.map(({ meter, key }) => {
      const counting = this.#countingOf(tenantId, key, meter);
      const share = Math.ceil(meter.limit / this.#shares);
      return { counting, share, allowed: counting.count.count(this.#now(counting)) + cost <= share };
    });
    const isTaken = asked.every(({ allowed }) => allowed);
    const taken = (isTaken ? asked : []).map(({ counting, share }): Taken => ({ counting, share, cost, mark: counting.count.add(this.#now(counting), cost, share) }));
    return { isTaken, taken, readings: asked.map(({ counting, share, allowed }) => this.#read(counting, share, { cost, allowed })) };
  }

  /** Undoes what {@link LocalLimits.take} took, where the rest of the verification refused or found no answer; what the limits say then. */
  giveBack({ taken }: LocallyTaken): readonly Reading[] {
    return taken.map(({ counting, share, cost, mark }) => {
      counting.count.giveBack(mark, cost);
      return this.#read(counting, share, { cost, allowed: true });
    });
  }

  /** `resetMs`: until more is left than now, or where the limit has refused, until this cost is. */
  #read(counting: Counting, share: number, { cost, allowed }: { readonly cost: number; readonly allowed: boolean }): Reading {
    const now = this.#now(counting);
    const counted = counting.count.count(now);
    const until = allowed ? Math.max(0, counted - 1) : Math.max(0, share - cost);
    return { allowed, remaining: Math.max(0, share - counted), resetMs: Math.ceil(counting.count.untilAtMost(until, now)) };
  }

  #now({ isSliding }: Counting): number {
    return isSliding ? this.#clock.monotonicMs() : this.#clock.wallMs();
  }

  #countingOf(tenantId: string, key: string, { kind, windowMs }: Meter): Counting {
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const isSliding = kind === 'SLIDING';
    const counting: Counting = { tenantId, isSliding, count: isSliding ? new SlidingCount(windowMs) : new FixedCount(windowMs) };
    this.#counts.set(key, counting);
    this.#ofTenants.set(tenantId, this.#of(tenantId) + 1);
    return counting;
  }

  #of(tenantId: string): number {
    return this.#ofTenants.get(tenantId) ?? 0;
  }

  /** Forgets counts that have come to nothing: two for each new one, so that none stays for good, and more where there is no room. */
  #makeRoomFor(tenantId: string, more: number): void {
    const isFull = (): boolean => this.#counts.size + more > this.#maxCounts || this.#of(tenantId) + more > this.#maxOfTenant;
    for (let looked = 0; looked < 2 * more || (isFull() && looked < LOOKED_AT); looked += 1) this.#forgetNext();
    if (isFull()) throw new OutageError(`${this.#counts.size} local rate limits are in use already, ${this.#of(tenantId)} of them this tenant's`);
  }

  #forgetNext(): void {
    let next = this.#swept.next();
    if (next.done === true) {
      this.#swept = this.#counts.entries();
      next = this.#swept.next();
    }
    if (next.done === true) return;
    const [key, counting] = next.value;
    if (counting.count.count(this.#now(counting)) > 0) return;
    this.#counts.delete(key);
    const left = this.#of(counting.tenantId) - 1;
    if (left > 0) this.#ofTenants.set(counting.tenantId, left);
    else this.#ofTenants.delete(counting.tenantId);
  }
}

/** None of its parts holds a NUL: what PostgreSQL cannot store never gets so far. */
const keyOf = (tenantId: string, { kind, scope, scopeId, name, windowMs }: Meter): string => `${tenantId}\0${scope}\0${scopeId}\0${name}\0${kind}\0${windowMs}`;
