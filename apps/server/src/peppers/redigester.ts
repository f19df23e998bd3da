import type { UnderOldPepper } from '@hoc/l5-engines/redigest';
import { TokenDigestWriter } from '@hoc/l6-drivers/account/token-digests.driver';
import { KeyDigestWriter } from '@hoc/l6-drivers/api-keys/key-digests.driver';
import type { Database } from '@hoc/l6-drivers/database/database';
import { inOwnTransaction } from '@hoc/l6-drivers/database/own-transaction';
import { PLATFORM } from '@hoc/l7-models/platform';
import type { Logger } from 'pino';

export interface RedigesterOptions {
  readonly database: Database;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** What is left out of these is the default. */
  readonly limits?: Partial<RedigesterLimits>;
}

export interface RedigesterLimits {
  /** How long what comes is gathered. */
  readonly everyMs: number;
  /** Tokens that wait; who comes when so many do is told of again at its next verification. */
  readonly maxWaiting: number;
  /** Tenants, each a transaction, and tokens of one transaction, that are written in one turn: the rest waits for the next. */
  readonly maxTenants: number;
  readonly maxOfTenant: number;
  /** For how long a token that was written, or was found to need no writing, is left alone; and how many are remembered. */
  readonly restMs: number;
  readonly maxRemembered: number;
}

const LIMITS: RedigesterLimits = { everyMs: 1000, maxWaiting: 10_000, maxTenants: 50, maxOfTenant: 200, restMs: 600_000, maxRemembered: 50_000 };
/** How often trouble is told of at most. */
const TELL_EVERY_MS = 60_000;

/**
 * Stores what was found under an older pepper under the current one, in the background: some at a time, one transaction after the other.
 * Nothing waits for it, and it waits for nothing: what is locked, was moved by another server meanwhile, or cannot be written now, is left
 * as it is and comes again with a later verification.
 * INVARIANT: a token verifies before and after, and at every instant between: its row changes from one of its digests to another by one
 * statement, and whoever asks for it asks for all of them by one statement.
 * While servers are restarted one by one with another current pepper, two may move the same token to and fro; `restMs` bounds how often.
 */
export class Redigester {
  readonly #database: Database;
  readonly #log: RedigesterOptions['log'];
  readonly #limits: RedigesterLimits;
  readonly #waiting = new Map<string, UnderOldPepper>();
  /** By token, until when it is left alone; in the order of writing. */
  readonly #resting = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isStopped = false;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor({ database, log, limits = {} }: RedigesterOptions) {
    this.#database = database;
    this.#log = log;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Takes on what was found. Never throws, and costs the caller nothing. */
  note(found: UnderOldPepper): void {
    const key = `${found.tenantId ?? PLATFORM}/${found.id}`;
    const restsUntil = this.#resting.get(key);
    if (this.#isStopped || this.#waiting.size >= this.#limits.maxWaiting || this.#waiting.has(key)) return;
    if (restsUntil !== undefined && performance.now() < restsUntil) return;
    this.#waiting.set(key, found);
    this.#later();
  }

  /** Begins no more, and waits for the transaction that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #later(): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.#write().finally(() => {
        this.#timer = undefined;
        if (this.#waiting.size > 0) this.#later();
      });
    }, this.#limits.everyMs);
    // What is left for later keeps no process from ending.
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    let moved = 0;
    for (const [tenantId, found] of this.#take()) {
      if (this.#isStopped) return;
      try {
        const ids = await inOwnTransaction(this.#database, tenantId, (sql) => (tenantId === PLATFORM ? new TokenDigestWriter(sql) : new KeyDigestWriter(sql)).move(found));
        moved += ids.length;
        this.#rest(tenantId, found);
      } catch (error) {
        this.#tell(error);
      }
    }
    if (moved > 0) this.#log.info({ moved }, 'tokens were moved from an older pepper to the current one');
  }

  /** Out of what waits, as much as is written in one turn, by tenant; whoever came first is first. */
  #take(): ReadonlyMap<string, readonly UnderOldPepper[]> {
    const taken = new Map<string, UnderOldPepper[]>();
    for (const [key, found] of this.#waiting) {
      const tenantId = found.tenantId ?? PLATFORM;
      const ofTenant = taken.get(tenantId) ?? [];
      if ((ofTenant.length === 0 && taken.size >= this.#limits.maxTenants) || ofTenant.length >= this.#limits.maxOfTenant) continue;
      taken.set(tenantId, [...ofTenant, found]);
      this.#waiting.delete(key);
    }
    return taken;
  }

  #rest(tenantId: string, found: readonly UnderOldPepper[]): void {
    const until = performance.now() + this.#limits.restMs;
    for (const { id } of found) {
      this.#resting.delete(`${tenantId}/${id}`);
      this.#resting.set(`${tenantId}/${id}`, until);
    }
    for (const [oldest] of this.#resting) {
      if (this.#resting.size <= this.#limits.maxRemembered) break;
      this.#resting.delete(oldest);
    }
  }

  #tell(error: unknown): void {
    const now = performance.now();
    if (now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#log.warn({ problem: error instanceof Error ? error.message : String(error) }, 'tokens could not be moved to the current pepper; their next verifications bring them again');
  }
}
