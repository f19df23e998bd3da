import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import type { Database } from '../database/database.ts';
import { SCHEMA } from './wake-ups.schema.ts';

/** What a server does when it is woken. Neither may throw. */
export interface Woken {
  /** To deliver what a tenant has to be told. Answers once that is taken on, not once it is done. */
  deliver(tenantId: string): Promise<void>;
  /** To look, tenant by tenant, for what nobody was woken for. */
  sweep(): Promise<void>;
}

/** Told of what went wrong with waking: nothing depends on it but how soon something is delivered. */
export type OnTrouble = (error: unknown) => void;

const DELIVER = 'deliver';
const SWEEP = 'sweep';
/** How often a server asks whether there is something to do. */
const DELIVER_POLL_SECONDS = 2;
const SWEEP_POLL_SECONDS = 5;
/** At most one sweep is begun in this time, by all servers together. */
export const SWEEP_EVERY_SECONDS = 30;
/** What a server took up and has not finished by then, because it died, another one does again. */
const EXPIRE_SECONDS = 120;
const STOP_WITHIN_MS = 1000;

const RARELY_SECONDS = 3600;
/** How often a server whose queue gives trouble sweeps by itself, and how often it says so at most. */
const TROUBLED_EVERY_MS = 60_000;

/**
 * Wakes servers to deliver: one of all that run, at a time that outlives each of them. It stands on pg-boss, whose jobs say no
 * more than that somebody should look at a tenant, or at all.
 * INVARIANT: a job that is lost, done twice or done at once by two servers changes nothing that is delivered, nor its order: the
 * truth is the outbox's events and cursors, and a sweep finds what no job tells of. Where the queue gives trouble, or its tables are
 * gone or damaged, a server sweeps by a timer of its own and delivers what it finds itself.
 * @see docs/decisions/0016-outbox-rows-are-the-truth-pg-boss-wakes.md
 */
export class WakeUps {
  readonly #boss: PgBoss;
  readonly #onTrouble: OnTrouble;
  readonly #troubledEveryMs: number;
  #woken: Woken | null = null;
  #sweepTimer: NodeJS.Timeout | null = null;
  #troubleTimer: NodeJS.Timeout | null = null;
  /** The library works in this server. */
  #isStarted = false;
  /** The queue has given trouble since the last look. */
  #isTroubled = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isSweeping = false;

  constructor(database: Database, onTrouble: OnTrouble, troubledEveryMs: number = TROUBLED_EVERY_MS) {
    this.#onTrouble = onTrouble;
    this.#troubledEveryMs = troubledEveryMs;
    this.#boss = new PgBoss({
      db: database.foreign,
      backend: database.kind,
      schema: SCHEMA,
      // The role of the application owns no table and may make none; nor is there a schedule, or a list of servers, to keep.
      migrate: false, createSchema: false, reindex: false, schedule: false, registerInstance: false, monitorVacuum: false, persistWarnings: false,
      flowIntervalSeconds: RARELY_SECONDS,
    });
    this.#boss.on('error', (error) => this.#trouble(errorOf(error)));
  }

  /** Starts to wake this server, and looks at once for what was left behind. A queue that cannot be used keeps no server from that. */
  async start(woken: Woken): Promise<void> {
    this.#woken = woken;
    this.#troubleTimer = setInterval(() => {
      if (this.#isStarted && !this.#isTroubled) return;
      this.#isTroubled = false;
      void this.#sweep();
    }, this.#troubledEveryMs);
    try {
      await this.#startQueue(woken);
      this.#isStarted = true;
    } catch (error) {
      this.#trouble(error);
      void this.#sweep();
    }
  }

  async #startQueue({ deliver }: Woken): Promise<void> {
    await this.#boss.start();
    // `short`: of what is not begun yet there is one job per key, so that a tenant that is told of a thousand times is looked at once.
    const queue = { policy: 'short', retryLimit: 1, expireInSeconds: EXPIRE_SECONDS, deleteAfterSeconds: RARELY_SECONDS } as const;
    await this.#boss.createQueue(DELIVER, queue);
    await this.#boss.createQueue(SWEEP, queue);
    await this.#boss.work<{ readonly tenantId: string }>(DELIVER, { pollingIntervalSeconds: DELIVER_POLL_SECONDS, batchSize: 20 }, async (jobs) => {
      for (const { data } of jobs) await deliver(data.tenantId);
    });
    await this.#boss.work(SWEEP, { pollingIntervalSeconds: SWEEP_POLL_SECONDS }, () => this.#sweep());
    await this.#boss.send(SWEEP, null, { singletonKey: 'start' });
    this.#sweepTimer = setInterval(() => {
      this.#boss.send(SWEEP, null, { singletonSeconds: SWEEP_EVERY_SECONDS }).catch((error: unknown) => this.#trouble(error));
    }, SWEEP_EVERY_SECONDS * 1000);
  }

  /**
   * Has a server look at the tenant, now or at a later time; where the queue does not take that, this server, now or in a sweep that is due
   * by then. `what` keeps apart what is waited for: one job of each. Never throws.
   */
  async wake(tenantId: string, what: string, at: Date | null): Promise<void> {
    try {
      if (this.#isStarted) return void (await this.#boss.send(DELIVER, { tenantId }, { singletonKey: `${tenantId}/${what}`, ...(at === null ? {} : { startAfter: at }) }));
    } catch (error) {
      this.#trouble(error);
    }
    if (at === null) await this.#woken?.deliver(tenantId);
  }

  /** Stops waking. What is waited for stays, and wakes another server, or this one when it is back. */
  async stop(): Promise<void> {
    if (this.#sweepTimer !== null) clearInterval(this.#sweepTimer);
    if (this.#troubleTimer !== null) clearInterval(this.#troubleTimer);
    const stopped = this.#boss.stop({ close: false, graceful: true, timeout: STOP_WITHIN_MS });
    // It waits for the database, which may hang, beyond that time.
    await Promise.race([stopped, sleep(2 * STOP_WITHIN_MS, undefined, { ref: false })]);
  }

  /** One at a time: with many tenants it may take longer than until the next one is due. */
  async #sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      await this.#woken?.sweep();
    } finally {
      this.#isSweeping = false;
    }
  }

  /** A queue whose tables are gone fails with every look at it: that is said now and then, not each time. */
  #trouble(error: unknown): void {
    this.#isTroubled = true;
    const now = performance.now();
    if (now - this.#toldAt < this.#troubledEveryMs) return;
    this.#toldAt = now;
    this.#onTrouble(error);
  }
}

/** The library tells copies of errors too, which are none themselves and would say nothing of what they are about. Its types do not say so. */
const errorOf = (told: unknown): unknown =>
  told instanceof Error || typeof told !== 'object' || told === null || !('message' in told) ? told : new Error(String(told.message), { cause: told });
