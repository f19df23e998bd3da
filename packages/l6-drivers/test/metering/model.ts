import type { Meter, Reading, Taken, Taking } from '../../src/metering/meter.ts';

/** Something that was taken, and until when it counts. */
interface Counted {
  untilMs: number;
  readonly cost: number;
}

/**
 * One rate limit as docs/METERS.md has it, with a log of all that was taken and nothing clever.
 * INVARIANT: it shares no code with what it is held against.
 */
class ModelWindow {
  readonly #isFixed: boolean;
  readonly #windowMs: number;
  #log: Counted[] = [];
  #atMs = 0;

  constructor({ kind, windowMs }: Meter) {
    this.#isFixed = kind === 'FIXED';
    this.#windowMs = windowMs;
  }

  /** Every instant at which something stops counting. */
  get edges(): number[] {
    return this.#log.map(({ untilMs }) => untilMs);
  }

  /** Looks at it at an instant, which may be before the last one. */
  look(nowMs: number): void {
    const back = this.#atMs - nowMs;
    if (back <= 0) return;
    for (const one of this.#log) one.untilMs = this.#isFixed ? Math.min(one.untilMs, this.#endOfWindow(nowMs)) : one.untilMs - back;
    this.#atMs = nowMs;
  }

  counted(nowMs: number): number {
    return this.#log.reduce((sum, { untilMs, cost }) => (untilMs > nowMs ? sum + cost : sum), 0);
  }

  /** @param limit what the ticks are made for */
  add(nowMs: number, cost: number, limit: number): void {
    if (cost === 0) return;
    // What has stopped counting stays so, whatever the clock says later.
    this.#log = this.#log.filter(({ untilMs }) => untilMs > nowMs);
    const latest = Math.max(...this.edges, Number.NEGATIVE_INFINITY);
    this.#log.push({ cost, untilMs: Math.max(latest, this.#untilOf(nowMs, limit)) });
    this.#atMs = nowMs;
  }

  /** How long until no more than `most` is counted, if nothing is taken. */
  untilAtMost(most: number, nowMs: number): number {
    const edges = [nowMs, ...this.edges.filter((edge) => edge > nowMs)];
    return Math.min(...edges.filter((edge) => this.counted(edge) <= most)) - nowMs;
  }

  #endOfWindow(nowMs: number): number {
    return (Math.floor(nowMs / this.#windowMs) + 1) * this.#windowMs;
  }

  #untilOf(nowMs: number, limit: number): number {
    if (this.#isFixed) return this.#endOfWindow(nowMs);
    if (limit <= 128 || this.#windowMs <= 128) return nowMs + this.#windowMs;
    const tickMs = Math.ceil(this.#windowMs / 128);
    const lastOfTick = (Math.floor(nowMs / tickMs) + 1) * tickMs - 1;
    return lastOfTick + this.#windowMs;
  }
}

interface ModelCredits {
  remaining: number;
  /** The day in which they were last set or refilled. */
  day: string;
}

interface ModelLease {
  readonly keyId: string;
  untilMs: number;
}

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** All meters of an installation, one taking after the other. */
export class Model {
  readonly #windows = new Map<string, ModelWindow>();
  readonly #credits = new Map<string, ModelCredits>();
  readonly #leases = new Map<string, Map<string, ModelLease>>();
  readonly #leasesAt = new Map<string, number>();

  get edges(): number[] {
    return [...[...this.#windows.values()].flatMap(({ edges }) => edges), ...[...this.#leases.values()].flatMap((leases) => [...leases.values()].map(({ untilMs }) => untilMs))];
  }

  setCredits(tenantId: string, meterId: string, remaining: number, atMs: number): void {
    this.#credits.set(`${tenantId}/${meterId}`, { remaining, day: dayOf(atMs) });
  }

  remaining(tenantId: string, meterId: string): number | undefined {
    return this.#credits.get(`${tenantId}/${meterId}`)?.remaining;
  }

  leasesOf(tenantId: string, meterId: string): readonly string[] {
    return [...this.#leasesUnder(`${tenantId}/${meterId}`).keys()];
  }

  /** Takings that the database decides at once: at one instant, one after the other. */
  takeAll(takings: readonly Taking[], nowMs: number): Taken[] {
    // Whatever is asked is looked at, also where nothing is taken.
    for (const { tenantId, meters } of takings) for (const meter of meters) this.#look(tenantId, meter, nowMs);
    return takings.map((taking) => this.#take(taking, takings, nowMs));
  }

  release(tenantId: string, meterId: string, keyId: string, leaseId: string, nowMs: number): boolean {
    const leases = this.#leasesUnder(`${tenantId}/${meterId}`);
    const lease = leases.get(leaseId);
    if (lease === undefined || lease.keyId !== keyId || lease.untilMs <= nowMs) return false;
    return leases.delete(leaseId);
  }

  renew(tenantId: string, meterId: string, keyId: string, leaseId: string, seconds: number, nowMs: number): number | null {
    const lease = this.#leasesUnder(`${tenantId}/${meterId}`).get(leaseId);
    if (lease === undefined || lease.keyId !== keyId || lease.untilMs <= nowMs) return null;
    lease.untilMs = nowMs + seconds * 1000;
    return lease.untilMs;
  }

  #take({ tenantId, keyId, meters, cost, lease }: Taking, batch: readonly Taking[], nowMs: number): Taken {
    const allowed = meters.map((meter) => this.#left(tenantId, meter, nowMs) >= (meter.kind === 'CONCURRENCY' ? 1 : cost));
    const isTaken = !allowed.includes(false);
    if (isTaken) {
      for (const meter of meters) {
        const name = `${tenantId}/${meter.scopeId}`;
        const credits = this.#credits.get(name);
        if (meter.kind === 'CREDITS' && credits !== undefined && cost > 0) this.#credits.set(name, { remaining: this.#found(credits, meter, nowMs) - cost, day: this.#settled(credits, nowMs) });
        else if (meter.kind === 'CONCURRENCY' && lease !== null) this.#leasesUnder(name).set(lease.id, { keyId, untilMs: nowMs + lease.seconds * 1000 });
        else if (meter.kind === 'SLIDING' || meter.kind === 'FIXED') this.#windowOf(tenantId, meter).add(nowMs, cost, limitFor(tenantId, meter, batch));
      }
    }
    const readings = meters.map((meter, at): Reading => ({
      allowed: allowed[at] ?? false, remaining: Math.max(0, this.#left(tenantId, meter, nowMs)), resetMs: this.#resetMs(tenantId, meter, { cost, allowed: allowed[at] ?? false, nowMs }),
    }));
    return { isTaken, readings, at: new Date(nowMs) };
  }

  #left(tenantId: string, meter: Meter, nowMs: number): number {
    if (meter.kind === 'CREDITS') {
      const credits = this.#credits.get(`${tenantId}/${meter.scopeId}`);
      return credits === undefined ? 0 : this.#found(credits, meter, nowMs);
    }
    if (meter.kind === 'CONCURRENCY') return meter.limit - this.#leasesUnder(`${tenantId}/${meter.scopeId}`).size;
    return meter.limit - this.#windowOf(tenantId, meter).counted(nowMs);
  }

  #resetMs(tenantId: string, meter: Meter, { cost, allowed, nowMs }: { readonly cost: number; readonly allowed: boolean; readonly nowMs: number }): number {
    if (meter.kind === 'CREDITS') return meter.refill ? nextPeriod(meter.refill.interval, nowMs) - nowMs : 0;
    if (meter.kind === 'CONCURRENCY') {
      const leases = this.#leasesUnder(`${tenantId}/${meter.scopeId}`);
      return allowed || leases.size === 0 ? 0 : Math.min(...[...leases.values()].map(({ untilMs }) => untilMs)) - nowMs;
    }
    const window = this.#windowOf(tenantId, meter);
    const counted = window.counted(nowMs);
    if (counted === 0) return 0;
    return window.untilAtMost(allowed ? counted - 1 : Math.max(0, meter.limit - cost), nowMs);
  }

  /** What a taking finds of credits: refilled, where a new period has begun. */
  #found({ remaining, day }: ModelCredits, { refill }: Meter, nowMs: number): number {
    if (!refill) return remaining;
    const [last, today] = refill.interval === 'DAILY' ? [day, dayOf(nowMs)] : [day.slice(0, 7), dayOf(nowMs).slice(0, 7)];
    return last < today ? Math.max(remaining, refill.amount) : remaining;
  }

  #settled({ day }: ModelCredits, nowMs: number): string {
    return day > dayOf(nowMs) ? day : dayOf(nowMs);
  }

  #look(tenantId: string, meter: Meter, nowMs: number): void {
    const name = `${tenantId}/${meter.scopeId}`;
    if (meter.kind === 'SLIDING' || meter.kind === 'FIXED') this.#windowOf(tenantId, meter).look(nowMs);
    if (meter.kind === 'CREDITS') {
      const credits = this.#credits.get(name);
      // A day that is further ahead than tomorrow was told by a clock that was wrong.
      if (credits !== undefined && credits.day > dayOf(nowMs + DAY_MS)) credits.day = dayOf(nowMs);
    }
    if (meter.kind === 'CONCURRENCY') {
      const leases = this.#leasesUnder(name);
      const back = (this.#leasesAt.get(name) ?? 0) - nowMs;
      for (const [id, lease] of leases) {
        if (back > 0) lease.untilMs -= back;
        if (lease.untilMs <= nowMs) leases.delete(id);
      }
      this.#leasesAt.set(name, nowMs);
    }
  }

  #windowOf(tenantId: string, meter: Meter): ModelWindow {
    const name = nameOf(tenantId, meter);
    const known = this.#windows.get(name);
    if (known !== undefined) return known;
    const window = new ModelWindow(meter);
    this.#windows.set(name, window);
    return window;
  }

  #leasesUnder(name: string): Map<string, ModelLease> {
    const known = this.#leases.get(name);
    if (known !== undefined) return known;
    const leases = new Map<string, ModelLease>();
    this.#leases.set(name, leases);
    return leases;
  }
}

const nameOf = (tenantId: string, { kind, scope, scopeId, name, windowMs }: Meter): string => [tenantId, kind, scope, scopeId, name, windowMs].join('/');

/** While a limit is being changed, the coarser ticks are those of both. */
const limitFor = (tenantId: string, meter: Meter, batch: readonly Taking[]): number =>
  Math.max(...batch.flatMap((taking) => taking.meters.filter((other) => nameOf(taking.tenantId, other) === nameOf(tenantId, meter)).map(({ limit }) => limit)));

function nextPeriod(interval: 'DAILY' | 'MONTHLY', nowMs: number): number {
  const now = new Date(nowMs);
  return interval === 'DAILY' ? (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS : Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
}
