import { randomUUID } from 'node:crypto';
import type { Database } from '@hoc/l6-drivers/database/database';
import { HeldLease } from '@hoc/l6-drivers/leases/held-lease';
import { pruneMeters } from '@hoc/l6-drivers/metering/prune-meters';
import { closeHours } from '@hoc/l6-drivers/usage/close-hours';
import { keepUsagePartitions } from '@hoc/l6-drivers/usage/usage-partitions';
import type { Logger } from 'pino';

export interface HousekeeperOptions {
  readonly database: Database;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** How many months of usage are kept, the present one included. */
  readonly keepMonths: number;
  /** How often an installation is looked after. Default: an hour. */
  readonly everyMs?: number;
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  /** From 0 up to 1. Default: the platform's. */
  readonly random?: () => number;
}

const LEASE = 'housekeeping';
/** For so many months after the present one there is a place already: nobody has to be there at midnight. */
const AHEAD_MONTHS = 2;
/** How much earlier or later a look may come, as a share of the time between two, so that servers do not meet. */
const JITTER = 0.1;
/** How long whoever has looked keeps others from it, as a share of the same: until shortly before it looks again itself. */
const HELD = 0.8;
const STOP_WITHIN_MS = 2000;

/**
 * Keeps a place for the usage of each month to come, lets go of the months that are not kept any more, and of meters that nothing has
 * counted on for a day. Every server of an installation has one; one of them looks, by a lease.
 * INVARIANT: what is to be done is told by the database, not by a timer: a look that is missed, or done twice, does no harm.
 */
export class Housekeeper {
  readonly #options: Required<HousekeeperOptions>;
  readonly #lease: HeldLease;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;
  #look: Promise<void> = Promise.resolve();

  constructor({ everyMs = 3_600_000, clock = () => new Date(), random = () => Math.random(), ...options }: HousekeeperOptions) {
    this.#options = { ...options, everyMs, clock, random };
    this.#lease = new HeldLease(options.database, { name: LEASE, holder: randomUUID(), forMs: everyMs * HELD });
  }

  /** The first look comes at once, beside everything else: usage that finds no month of its own has a place all the same. */
  start(): void {
    this.#look = this.#goOn();
  }

  /** Begins no more looks, waits for the one under way, but not for long, and leaves the next one to whoever comes. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, STOP_WITHIN_MS);
    await Promise.race([this.#look.then(() => this.#letGo()), patience.promise]);
    clearTimeout(timer);
  }

  /** One look, and the next one after a while. Never rejects. */
  async #goOn(): Promise<void> {
    await this.#lookAfterAll();
    if (this.#isStopping) return;
    const { everyMs, random } = this.#options;
    this.#timer = setTimeout(() => {
      this.#look = this.#goOn();
    }, everyMs * (1 - JITTER + 2 * JITTER * random()));
    // What is left to do later keeps no process from ending.
    this.#timer.unref();
  }

  async #lookAfterAll(): Promise<void> {
    const { log, clock } = this.#options;
    try {
      if (!(await this.#lease.take(clock()))) return;
    } catch (error) {
      this.#trouble(error, 'nobody could be told to look after months of usage and meters; the next look goes on');
      return;
    }
    try {
      await this.#keepMonths();
    } catch (error) {
      this.#trouble(error, 'the months of usage could not be brought up to date; the next look goes on');
    }
    try {
      const pruned = await pruneMeters(this.#options.database.meters);
      if (pruned > 0) log.info({ pruned }, 'meters that count nothing were let go of');
    } catch (error) {
      this.#trouble(error, 'meters that count nothing could not all be let go of; the next look goes on');
    }
  }

  async #keepMonths(): Promise<void> {
    const { database, log, keepMonths } = this.#options;
    const { made, dropped } = await keepUsagePartitions(database, { keepMonths, aheadMonths: AHEAD_MONTHS });
    if (made.length + dropped.length > 0) log.info({ made, dropped }, 'the months of usage were brought up to date');
    const closed = await closeHours(database.meters, keepMonths);
    if (closed > 0) log.info({ closed }, 'the last hours of keys went with their months');
  }

  /** Of a server that stops, nobody wants to hear what it could not finish. */
  #trouble(error: unknown, said: string): void {
    if (!this.#isStopping) this.#options.log.warn({ err: error }, said);
  }

  /** Never rejects: a lease that is not given back ends by itself. */
  async #letGo(): Promise<void> {
    await this.#lease.letGo(this.#options.clock()).catch(() => {});
  }
}
