import { BrokenCircuitError, BulkheadRejectedError, CircuitState, ConsecutiveBreaker, bulkhead, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { BulkheadPolicy, CircuitBreakerPolicy } from 'cockatiel';
import type { NoAnswer, OutboundAnswer, OutboundFailure } from './answer.ts';

/** How many requests may be under way at once, and when a host that is out of reach is left alone. */
export interface TrafficLimits {
  readonly overall: number;
  /** No tenant takes the whole of a host, or of the server; nor do a few. */
  readonly perTenant: number;
  readonly perHost: number;
  /** Failures in a row after which nothing is sent to a host. */
  readonly failuresToOpen: number;
  /** How long; then one request tries whether the host is back. */
  readonly pauseMs: number;
}

export const TRAFFIC_LIMITS: TrafficLimits = { overall: 128, perTenant: 8, perHost: 64, failuresToOpen: 5, pauseMs: 30_000 };

/** Circuits of more (tenant, host) pairs than this, all failing at once, are forgotten, the oldest first. */
const MAX_CIRCUITS = 10_000;

/** What speaks of the host being out of reach. An answer, of whatever status, does not; nor does a redirect or an address refused. */
const OUT_OF_REACH: ReadonlySet<OutboundFailure> = new Set(['DNS', 'CONNECT', 'TLS', 'PROTOCOL', 'TIMEOUT']);

/**
 * The circuits and the shares of all outbound requests of a process. A circuit belongs to a tenant and a host, so that a
 * tenant that points at a slow path of a host closes nobody else's way to it. Nothing queues: who finds no room is told so.
 */
export class Traffic {
  readonly #limits: TrafficLimits;
  readonly #overall: BulkheadPolicy;
  readonly #shares = new Map<string, BulkheadPolicy>();
  readonly #circuits = new Map<string, CircuitBreakerPolicy>();

  constructor(limits: TrafficLimits) {
    this.#limits = limits;
    this.#overall = bulkhead(limits.overall);
  }

  /** Requests under way. */
  get underWay(): number {
    return this.#limits.overall - this.#overall.executionSlots;
  }

  /** Does the work within the shares of the server, the tenant and the host, unless the circuit of the two is open. */
  async pass(tenantId: string, host: string, work: () => Promise<OutboundAnswer>): Promise<OutboundAnswer> {
    try {
      return await this.#overall.execute(() =>
        this.#inShare(`tenant ${tenantId}`, this.#limits.perTenant, () =>
          this.#inShare(`host ${host}`, this.#limits.perHost, () => this.#inCircuit(`${tenantId} ${host}`, work)),
        ),
      );
    } catch (error) {
      if (error instanceof BulkheadRejectedError) return BUSY;
      if (error instanceof BrokenCircuitError) return OPEN;
      throw error;
    }
  }

  async #inShare(key: string, slots: number, work: () => Promise<OutboundAnswer>): Promise<OutboundAnswer> {
    const share = this.#shares.get(key) ?? bulkhead(slots);
    this.#shares.set(key, share);
    try {
      return await share.execute(work);
    } finally {
      // As good as a new one: so there are never more than requests under way.
      if (share.executionSlots === slots) this.#shares.delete(key);
    }
  }

  async #inCircuit(key: string, work: () => Promise<OutboundAnswer>): Promise<OutboundAnswer> {
    const circuit = this.#circuits.get(key) ?? this.#newCircuit();
    // The library would let the others wait for the one that tries; they have deadlines of their own.
    if (circuit.state === CircuitState.HalfOpen) return OPEN;
    this.#circuits.delete(key);
    this.#circuits.set(key, circuit);
    const [oldest] = this.#circuits.keys();
    if (this.#circuits.size > MAX_CIRCUITS && oldest !== undefined) this.#circuits.delete(oldest);
    const answer = await circuit.execute(work);
    if (!isOutOfReach(answer) && this.#circuits.get(key) === circuit) this.#circuits.delete(key);
    return answer;
  }

  #newCircuit(): CircuitBreakerPolicy {
    const breaker = new ConsecutiveBreaker(this.#limits.failuresToOpen);
    // The library hands on what the work gave, which is an OutboundAnswer.
    return circuitBreaker(handleWhenResult((result) => isOutOfReach(result as OutboundAnswer)), { halfOpenAfter: this.#limits.pauseMs, breaker });
  }
}

const isOutOfReach = (answer: OutboundAnswer): boolean => !answer.ok && OUT_OF_REACH.has(answer.failure);

const BUSY: NoAnswer = { ok: false, failure: 'BUSY', message: 'Too many requests to targets are under way; nothing was sent.' };
const OPEN: NoAnswer = { ok: false, failure: 'OPEN_CIRCUIT', message: 'The target was out of reach several times in a row; nothing was sent, it is tried again after a pause.' };
