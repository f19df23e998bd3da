import { randomUUID } from 'node:crypto';
import type { Database } from '@hoc/l6-drivers/database/database';
import { HeldLease } from '@hoc/l6-drivers/leases/held-lease';
import type { Logger } from 'pino';
import type { HocRegistry } from '../compose.ts';
import { reprobeAll } from './reprobe-all.ts';

export interface ReproberOptions {
  readonly database: Database;
  readonly registry: Pick<HocRegistry, 'execute'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** How often each integration in use is probed. */
  readonly everyMs: number;
  /** How long a server that has died keeps others from going on. Default: a minute. */
  readonly leaseMs?: number;
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  /** From 0 up to 1. Default: the platform's. */
  readonly random?: () => number;
}

const LEASE = 'integrations.reprobe';
/** How much earlier or later a round may come, as a share of the time between two: so that servers, and targets, do not meet at the full minute. And how much earlier an integration is due. */
const JITTER = 0.1;
/** Rounds in the time in which each integration is probed once: one that was probed between two of them is not left until the next but one. */
const ROUNDS = 6;
/** How long a stopping server waits for probes that are under way. What they would have stored is found by the next round. */
const STOP_WITHIN_MS = 3000;

/**
 * Probes the integrations in use, round after round. Every server of an installation has one; one at a time goes round, by a lease.
 * INVARIANT: what is due is told by the rows, not by a timer: a round that is missed, or done twice, does no harm.
 */
export class Reprober {
  readonly #options: Required<ReproberOptions>;
  readonly #lease: HeldLease;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #extendedAt = 0;
  #isOurs = false;
  #round: Promise<void> = Promise.resolve();

  constructor({ leaseMs = 60_000, clock = () => new Date(), random = () => Math.random(), ...options }: ReproberOptions) {
    this.#options = { ...options, leaseMs, clock, random };
    this.#lease = new HeldLease(options.database, { name: LEASE, holder: randomUUID(), forMs: leaseMs });
  }

  /** The first round comes within `everyMs`. */
  start(): void {
    this.#after(this.#options.everyMs * this.#options.random());
  }

  /** Begins no more probes, and waits for those under way, but not for long. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, STOP_WITHIN_MS);
    await Promise.race([this.#round, patience.promise]);
    clearTimeout(timer);
  }

  #after(ms: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#goRound().finally(() => this.#after((this.#options.everyMs / ROUNDS) * (1 - JITTER + 2 * JITTER * this.#options.random())));
    }, ms);
    // What is left to do later keeps no process from ending.
    this.#timer.unref();
  }

  /** One round, where no other server is at it. Never rejects. */
  async #goRound(): Promise<void> {
    const { registry, log, everyMs, clock } = this.#options;
    try {
      this.#isOurs = await this.#lease.take(clock());
      if (!this.#isOurs) return;
      this.#extendedAt = clock().getTime();
      const checkedBefore = new Date(clock().getTime() - everyMs * (1 - JITTER));
      const done = await reprobeAll(registry, { checkedBefore, signal: this.#stopping.signal, goesOn: () => this.#isStillOurs() });
      await this.#lease.letGo(clock());
      if (done.probed + done.failed > 0) log.info(done, 'integrations were probed');
    } catch (error) {
      if (!this.#stopping.signal.aborted) log.warn({ err: error }, 'a round of probes ended early; the next one goes on');
    }
  }

  /** Whether to go on; the lease is extended in time, and lost where another server has it. */
  async #isStillOurs(): Promise<boolean> {
    const now = this.#options.clock();
    if (!this.#isOurs || now.getTime() - this.#extendedAt < this.#options.leaseMs / 4) return this.#isOurs;
    this.#extendedAt = now.getTime();
    this.#isOurs = await this.#lease.take(now);
    return this.#isOurs;
  }
}
