import { randomUUID } from 'node:crypto';
import type { Database } from '@hoc/l6-drivers/database/database';
import { HeldLease } from '@hoc/l6-drivers/outbox/held-lease';
import { keepUsagePartitions } from '@hoc/l6-drivers/usage/usage-partitions';
import type { Logger } from 'pino';

export interface UsageKeeperOptions {
  readonly database: Database;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** How many months of usage are kept, the present one included. */
  readonly keepMonths: number;
  /** How often the months are looked at. Default: an hour. */
  readonly everyMs?: number;
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  /** From 0 up to 1. Default: the platform's. */
  readonly random?: () => number;
}

const LEASE = 'usage.partitions';
/** Longer than a look takes; a server that has died keeps others from it for no longer. */
const LEASE_MS = 5 * 60_000;
/** For so many months after the present one there is a place already: nobody has to be there at midnight. */
const AHEAD_MONTHS = 2;
/** How much earlier or later a look may come, as a share of the time between two, so that servers do not meet. */
const JITTER = 0.1;
const STOP_WITHIN_MS = 2000;

/**
 * Keeps a place for the usage of each month to come, and lets go of the months that are not kept any more. Every server of an
 * installation has one; one looks at a time, by a lease.
 * INVARIANT: which months there are is told by the database, not by a timer: a look that is missed, or done twice, does no harm.
 */
export class UsageKeeper {
  readonly #options: Required<UsageKeeperOptions>;
  readonly #lease: HeldLease;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;
  #look: Promise<void> = Promise.resolve();

  constructor({ everyMs = 3_600_000, clock = () => new Date(), random = () => Math.random(), ...options }: UsageKeeperOptions) {
    this.#options = { ...options, everyMs, clock, random };
    this.#lease = new HeldLease(options.database, { name: LEASE, holder: randomUUID(), forMs: LEASE_MS });
  }

  /** The first look comes at once, beside everything else: usage that finds no month of its own has a place all the same. */
  start(): void {
    this.#look = this.#goOn();
  }

  /** Begins no more looks, and waits for the one under way, but not for long: what it does is done whole, or not at all. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, STOP_WITHIN_MS);
    await Promise.race([this.#look, patience.promise]);
    clearTimeout(timer);
  }

  /** One look, and the next one after a while. Never rejects. */
  async #goOn(): Promise<void> {
    const { log, everyMs, random } = this.#options;
    try {
      await this.#keep();
    } catch (error) {
      if (!this.#isStopping) log.warn({ err: error }, 'the months of usage could not be looked after; the next look goes on');
    }
    if (this.#isStopping) return;
    this.#timer = setTimeout(() => {
      this.#look = this.#goOn();
    }, everyMs * (1 - JITTER + 2 * JITTER * random()));
    // What is left to do later keeps no process from ending.
    this.#timer.unref();
  }

  async #keep(): Promise<void> {
    const { database, log, keepMonths, clock } = this.#options;
    if (!(await this.#lease.take(clock()))) return;
    try {
      const { made, dropped } = await keepUsagePartitions(database, { keepMonths, aheadMonths: AHEAD_MONTHS });
      if (made.length + dropped.length > 0) log.info({ made, dropped }, 'the months of usage were brought up to date');
    } finally {
      await this.#lease.letGo(clock());
    }
  }
}
