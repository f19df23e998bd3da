import type { KekRing } from '@hoc/l5-engines/keyring';
import type { Outbound } from '@hoc/l5-engines/outbound/outbound';
import { MAIL_EVENT_TYPES, REPLAY_REQUESTED, typesToldTo } from '@hoc/l5-engines/outbox/event-types';
import type { Database } from '@hoc/l6-drivers/database/database';
import { Deliveries, type Dues } from '@hoc/l6-drivers/outbox/deliveries';
import { SWEEP_EVERY_SECONDS, WakeUps } from '@hoc/l6-drivers/outbox/wake-ups';
import type { Logger } from 'pino';
import { deliverToTenant, type Lane } from './deliver-to-tenant.ts';
import type { DeliveryParts } from './delivery-parts.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Mailer } from './mailer.ts';

export interface RelayOptions {
  readonly database: Database;
  readonly outbound: Outbound;
  readonly keks: KekRing;
  readonly mailer: Mailer;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Default: the system's clock. */
  readonly clock?: () => Date;
}

/** Tenants that are delivered to at once, in each lane; an embedded database has one connection for all of them. */
const AT_ONCE = { postgres: 8, pglite: 4 } as const;
const REST_MS = 200;
const IDLE_REST_MS = 2000;
/** How long a stopping server waits for what is under way. Nothing is lost by what it does not wait for. */
const STOP_WITHIN_MS = 2000;

/**
 * Delivers what writes have told: a commit of this server wakes it, others and waits wake it through {@link WakeUps}, and a
 * sweep, of which one runs at a time, finds what was left by a server that died.
 */
export class Relay {
  readonly #deliveries: Deliveries;
  readonly #wakeUps: WakeUps;
  readonly #lanes: readonly Dispatcher[];
  readonly #parts: DeliveryParts;
  readonly #stopping = new AbortController();

  constructor({ database, outbound, keks, mailer, log, clock = () => new Date() }: RelayOptions) {
    this.#deliveries = new Deliveries(database, { mailTypes: MAIL_EVENT_TYPES, typesToldTo, replayType: REPLAY_REQUESTED });
    this.#wakeUps = new WakeUps(database, (error) => {
      if (!this.#stopping.signal.aborted) log.warn({ problem: error instanceof Error ? error.message : String(error) }, 'the queue that wakes deliveries has trouble; this server looks every minute for what is to be delivered');
    });
    const wakeUps = this.#wakeUps;
    this.#parts = {
      deliveries: this.#deliveries, outbound, keks, mailer, log, clock,
      random: () => Math.random(),
      later: (tenantId, what, at) => wakeUps.wake(tenantId, what, at),
    };
    const laneOf = (lane: Lane): Dispatcher =>
      new Dispatcher((tenantId, signal) => deliverToTenant(this.#parts, tenantId, lane, signal), { atOnce: AT_ONCE[database.kind], restMs: REST_MS, idleRestMs: IDLE_REST_MS });
    this.#lanes = [laneOf('MAIL'), laneOf('WEBHOOKS')];
  }

  async start(): Promise<void> {
    await this.#wakeUps.start({
      deliver: async (tenantId) => this.wake(tenantId),
      sweep: () => this.#sweep(),
    });
  }

  /** A tenant has to be told something. Never throws, and costs the caller nothing. */
  wake(tenantId: string): void {
    for (const lane of this.#lanes) lane.add(tenantId);
  }

  /** Ends what is under way, or leaves it to be done again by another server. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#lanes.map((lane) => lane.stop(STOP_WITHIN_MS)), this.#wakeUps.stop()]);
    this.#parts.mailer.close();
  }

  /** Looks at all tenants, one by one. Off the path of requests: each look is a short transaction that reads by keys. */
  async #sweep(): Promise<void> {
    try {
      for await (const tenants of this.#deliveries.tenants()) {
        for (const tenantId of tenants) {
          if (this.#stopping.signal.aborted) return;
          const now = this.#parts.clock();
          await this.#wakeFor(tenantId, await this.#deliveries.due(tenantId, now), now);
        }
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#parts.log.warn({ err: error }, 'a sweep for deliveries ended early; the next one goes on');
    }
  }

  /**
   * Once for all that is due now. What is due before the next sweep is waited for under its own name, where no job waits for it
   * already: the server that claimed it may have died.
   */
  async #wakeFor(tenantId: string, { mail, endpoints }: Dues, now: Date): Promise<void> {
    const nextSweep = now.getTime() + SWEEP_EVERY_SECONDS * 1000;
    const dues = Object.entries({ ...endpoints, ...(mail === null ? {} : { mail }) });
    if (dues.some(([, due]) => due.isNow)) await this.#wakeUps.wake(tenantId, 'sweep', null);
    for (const [what, due] of dues) if (!due.isNow && due.at.getTime() < nextSweep) await this.#wakeUps.wake(tenantId, what, due.at);
  }
}
