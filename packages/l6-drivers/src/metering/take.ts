import type { Param, Sql, Statement } from '../database/sql.ts';
import { arrayText } from '../database/array-text.ts';
import type { Meter, Reading, Taken, Taking } from './meter.ts';
import { ticksOf } from './ticks.ts';

const TAKE: Statement = {
  name: 'meters.take',
  text: 'select hoc_take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as "answer"',
};

/** Takes for all of them by one statement, one after the other, each all or nothing. The answers stand in their order. */
export async function takeAll(sql: Sql, takings: readonly Taking[]): Promise<Taken[]> {
  const batch = new Batch();
  for (const taking of takings) batch.add(taking);
  const [row] = await sql.run<{ answer: readonly number[] }>(TAKE, batch.params());
  if (row === undefined) throw new Error('hoc_take has not answered');
  return read(row.answer, takings, batch);
}

const STEPS = { DAILY: 'day', MONTHLY: 'month' } as const;

/**
 * A batch as the function takes it: windows, credits and slots, each once and numbered from 1 in this order, and what each taking
 * demands of them. A rate window's name is the text that it is stored under; its parts but the last hold no colon.
 */
class Batch {
  readonly #numbers = new Map<string, number>();
  readonly #windows = { tenants: [] as string[], meters: [] as string[], ticks: [] as number[], spans: [] as number[] };
  readonly #credits = { tenants: [] as string[], meters: [] as string[], amounts: [] as (number | null)[], steps: [] as (string | null)[] };
  readonly #slots = { tenants: [] as string[], meters: [] as string[] };
  readonly #leases = { ids: [] as (string | null)[], keys: [] as string[], ms: [] as (number | null)[] };
  readonly #kinds: Meter['kind'][] = [];
  /** Per demand, the number of its meter among those of its kind. */
  readonly #places: number[] = [];
  readonly #limits: number[] = [];
  readonly #costs: number[] = [];
  readonly #ends: number[] = [];

  add({ tenantId, keyId, meters, cost, lease }: Taking): void {
    for (const meter of meters) {
      this.#places.push(this.#placeOf(tenantId, meter));
      this.#kinds.push(meter.kind);
      this.#limits.push(meter.kind === 'CREDITS' ? 0 : meter.limit);
      this.#costs.push(meter.kind === 'CONCURRENCY' ? 1 : cost);
    }
    this.#ends.push(this.#places.length);
    this.#leases.ids.push(lease?.id ?? null);
    this.#leases.keys.push(keyId);
    this.#leases.ms.push(lease === null ? null : lease.seconds * 1000);
  }

  get meterCount(): number {
    return this.#windows.tenants.length + this.#credits.tenants.length + this.#slots.tenants.length;
  }

  /** Per demand, in the order of adding, the number of its meter in the whole batch. */
  numbers(): readonly number[] {
    const windows = this.#windows.tenants.length;
    if (windows === this.meterCount) return this.#places;
    const before = { SLIDING: 0, FIXED: 0, CREDITS: windows, CONCURRENCY: windows + this.#credits.tenants.length };
    return this.#places.map((place, at) => place + before[this.#kinds[at] ?? 'FIXED']);
  }

  /** When what is taken now from a meter stops counting, by the function's clock; 0 for what is no rate window. */
  expiryOf(number: number, nowMs: number): number {
    const [tick, span] = [this.#windows.ticks[number - 1], this.#windows.spans[number - 1]];
    return tick === undefined || span === undefined ? 0 : nowMs - (nowMs % tick) + span;
  }

  params(): Param[] {
    const [windows, credits, slots] = [this.#windows, this.#credits, this.#slots];
    const leases = slots.tenants.length > 0 ? this.#leases : { ids: [], keys: [], ms: [] };
    return [
      windows.tenants, windows.meters, windows.ticks, windows.spans, credits.tenants, credits.meters, credits.amounts, credits.steps, slots.tenants, slots.meters,
      this.#ends, leases.ids, leases.keys, leases.ms, this.numbers(), this.#limits, this.#costs,
    ].map(arrayText);
  }

  #placeOf(tenantId: string, meter: Meter): number {
    const { kind, scope, scopeId, name, limit, windowMs } = meter;
    const stored = `${scope}:${kind}:${windowMs}:${name}:${scopeId}`;
    // The tenant's id holds no colon either.
    const key = `${tenantId}:${stored}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      if (kind === 'SLIDING') this.#coarsen(known, limit, windowMs);
      return known;
    }
    const place = this.#addMeter(tenantId, meter, stored);
    this.#numbers.set(key, place);
    return place;
  }

  #addMeter(tenantId: string, { kind, scopeId, limit, windowMs, refill }: Meter, stored: string): number {
    if (kind === 'CREDITS') {
      this.#credits.meters.push(scopeId);
      this.#credits.amounts.push(refill?.amount ?? null);
      this.#credits.steps.push(refill ? STEPS[refill.interval] : null);
      return this.#credits.tenants.push(tenantId);
    }
    if (kind === 'CONCURRENCY') {
      this.#slots.meters.push(scopeId);
      return this.#slots.tenants.push(tenantId);
    }
    const { tickMs, spanMs } = ticksOf(kind, limit, windowMs);
    this.#windows.meters.push(stored);
    this.#windows.ticks.push(tickMs);
    this.#windows.spans.push(spanMs);
    return this.#windows.tenants.push(tenantId);
  }

  /** While a limit is being changed, a batch may know it by both values: the coarser ticks are the ones that stay few. */
  #coarsen(place: number, limit: number, windowMs: number): void {
    const { tickMs, spanMs } = ticksOf('SLIDING', limit, windowMs);
    if (tickMs <= (this.#windows.ticks[place - 1] ?? 0)) return;
    this.#windows.ticks[place - 1] = tickMs;
    this.#windows.spans[place - 1] = spanMs;
  }
}

/**
 * What the function has decided, told to each taking. It answers what counted before the batch and who was refused; what each meter
 * said follows from that by going through the takings once more.
 */
function read(answer: readonly number[], takings: readonly Taking[], batch: Batch): Taken[] {
  const count = batch.meterCount;
  const at = (place: number, numbers: readonly number[] = answer): number => {
    const value = numbers[place];
    if (value === undefined) throw new Error('hoc_take has answered less than it was asked');
    return value;
  };
  const nowMs = at(0);
  // By the number of the meter, from 1.
  const used = answer.slice(0, 1 + count);
  const numbers = batch.numbers();
  let demand = 0;
  let refusal = 1 + 2 * count;
  return takings.map(({ meters, cost }, number) => {
    const isTaken = answer[refusal] !== number + 1;
    if (!isTaken) refusal += 1;
    const readings = meters.map(({ kind, limit }): Reading => {
      const meter = numbers[demand] ?? 0;
      demand += 1;
      const demanded = kind === 'CONCURRENCY' ? 1 : cost;
      const most = kind === 'CREDITS' ? 0 : limit;
      const counted = at(meter, used) + (isTaken ? demanded : 0);
      used[meter] = counted;
      const refusedMs = isTaken ? 0 : at(refusal);
      if (!isTaken) refusal += 1;
      const allowed = isTaken || counted + demanded <= most;
      // What was first taken by this batch is the first to stop counting.
      const first = at(count + meter) || (counted > 0 ? batch.expiryOf(meter, nowMs) : 0);
      return { allowed, remaining: Math.max(0, most - counted), resetMs: allowed ? Math.max(0, first - nowMs) : refusedMs };
    });
    return { isTaken, readings, at: new Date(nowMs) };
  });
}
