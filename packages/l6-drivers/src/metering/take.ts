import type { Param, Sql, Statement } from '../database/sql.ts';
import type { Meter, Reading, Taken, Taking } from './meter.ts';
import { ticksOf } from './ticks.ts';

const PARAMETERS = 21;
const TAKE: Statement = {
  name: 'meters.take',
  text: `select hoc_take(${Array.from({ length: PARAMETERS }, (_, at) => `$${at + 1}`).join(', ')}) as "answer"`,
};

/** Takes for all of them by one statement, one after the other, each all or nothing. The answers stand in their order. */
export async function takeAll(sql: Sql, takings: readonly Taking[]): Promise<Taken[]> {
  const [row] = await sql.run<{ answer: readonly number[] }>(TAKE, paramsOf(takings));
  if (row === undefined) throw new Error('hoc_take has not answered');
  return read(row.answer, takings);
}

/** Rate limits, credits and leases that a batch takes from, each once and each of a kind by itself, as the function numbers them. */
class Meters {
  readonly #numbers = new Map<string, number>();
  readonly windows = { tenants: [] as string[], scopes: [] as string[], scopeIds: [] as string[], names: [] as string[], algorithms: [] as string[], lengths: [] as number[], ticks: [] as number[], spans: [] as number[] };
  readonly credits = { tenants: [] as string[], meters: [] as string[], amounts: [] as (number | null)[], steps: [] as (string | null)[] };
  readonly slots = { tenants: [] as string[], meters: [] as string[] };

  /** The number of a meter among its kind, from 1. */
  numberOf(tenantId: string, meter: Meter): number {
    const { kind, scope, scopeId, name, windowMs } = meter;
    const key = `${kind}\0${tenantId}\0${scope}\0${scopeId}\0${name}\0${windowMs}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      if (kind === 'SLIDING') this.#coarsen(known, meter.limit, windowMs);
      return known;
    }
    const number = this.#add(tenantId, meter);
    this.#numbers.set(key, number);
    return number;
  }

  #add(tenantId: string, { kind, scope, scopeId, name, limit, windowMs, refill }: Meter): number {
    if (kind === 'CREDITS') {
      const { credits } = this;
      credits.meters.push(scopeId);
      credits.amounts.push(refill?.amount ?? null);
      credits.steps.push(refill ? STEPS[refill.interval] : null);
      return credits.tenants.push(tenantId);
    }
    if (kind === 'CONCURRENCY') {
      this.slots.meters.push(scopeId);
      return this.slots.tenants.push(tenantId);
    }
    const { windows } = this;
    const { tickMs, spanMs } = ticksOf(kind, limit, windowMs);
    windows.scopes.push(scope);
    windows.scopeIds.push(scopeId);
    windows.names.push(name);
    windows.algorithms.push(kind);
    windows.lengths.push(windowMs);
    windows.ticks.push(tickMs);
    windows.spans.push(spanMs);
    return windows.tenants.push(tenantId);
  }

  /** While a limit is being changed, a batch may know it by both: the coarser ticks are the ones that stay few. */
  #coarsen(number: number, limit: number, windowMs: number): void {
    const { tickMs, spanMs } = ticksOf('SLIDING', limit, windowMs);
    if (tickMs <= (this.windows.ticks[number - 1] ?? 0)) return;
    this.windows.ticks[number - 1] = tickMs;
    this.windows.spans[number - 1] = spanMs;
  }
}

const STEPS = { DAILY: 'day', MONTHLY: 'month' } as const;

function paramsOf(takings: readonly Taking[]): Param[] {
  const meters = new Meters();
  const demands = takings.map(({ tenantId, meters: own }) => own.map((meter) => meters.numberOf(tenantId, meter)));
  const { windows, credits, slots } = meters;
  // Windows come first, then credits, then slots.
  const before = { SLIDING: 0, FIXED: 0, CREDITS: windows.tenants.length, CONCURRENCY: windows.tenants.length + credits.tenants.length };
  const numbers: number[] = [];
  const limits: number[] = [];
  const costs: number[] = [];
  const ends = takings.map(({ meters: own, cost }, taking) => {
    own.forEach(({ kind, limit }, at) => {
      numbers.push(before[kind] + (demands[taking]?.[at] ?? 0));
      limits.push(kind === 'CREDITS' ? 0 : limit);
      costs.push(kind === 'CONCURRENCY' ? 1 : cost);
    });
    return numbers.length;
  });
  return [
    windows.tenants, windows.scopes, windows.scopeIds, windows.names, windows.algorithms, windows.lengths, windows.ticks, windows.spans,
    credits.tenants, credits.meters, credits.amounts, credits.steps, slots.tenants, slots.meters,
    ends, takings.map(({ lease }) => lease?.id ?? null), takings.map(({ keyId }) => keyId), takings.map(({ lease }) => (lease === null ? null : lease.seconds * 1000)),
    numbers, limits, costs,
  ];
}

/** The answer begins with the clock; then, per taking, whether it was taken, and three numbers per meter. */
function read(answer: readonly number[], takings: readonly Taking[]): Taken[] {
  let next = 0;
  const number = (): number => {
    const value = answer[next];
    if (value === undefined) throw new Error('hoc_take has answered less than it was asked');
    next += 1;
    return value;
  };
  const atMs = number();
  return takings.map(({ meters }) => {
    const isTaken = number() === 1;
    const readings = meters.map((): Reading => ({ allowed: number() === 1, remaining: number(), resetMs: number() }));
    return { isTaken, readings, at: new Date(atMs) };
  });
}
