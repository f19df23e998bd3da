import { arrayText } from '../database/array-text.ts';
import type { Meter, Taking } from './meter.ts';
import { ticksOf, type Ticks } from './ticks.ts';

const STEPS = { DAILY: 'day', MONTHLY: 'month' } as const;

/** A meter that a batch takes from. */
interface MeterRow {
  readonly tenantId: string;
  /** What it is stored under. */
  readonly name: string;
  readonly refill: NonNullable<Meter['refill']> | null;
  /** Of a rate window. */
  ticks: Ticks | null;
  /** Among all meters of the batch, from 1; known once the batch is whole. */
  number: number;
}

/** Meters of one kind by a text that no other meter has. */
type MeterRows = Map<string, MeterRow>;

/**
 * Takings as `hoc_take` has them: windows, credits and slots, each once (credits once by each refill) and numbered from 1 in this order,
 * and what each taking demands of them.
 *
 * INVARIANT: the meters of a kind stand in one order, the same for all processes: they are locked in it.
 */
export class Batch {
  /** Per demand, the meter; a taking has one for each of its meters, in their order. */
  readonly #demanded: MeterRow[] = [];
  readonly #limits: number[] = [];
  readonly #costs: number[] = [];
  /** Per taking, where its demands end. */
  readonly #ends: number[] = [];
  readonly #leases = { ids: [] as (string | null)[], keys: [] as string[], ms: [] as (number | null)[] };
  readonly #windows: MeterRow[];
  readonly #credits: MeterRow[];
  readonly #slots: MeterRow[];

  constructor(takings: readonly Taking[]) {
    const rows: { readonly [Kind in 'windows' | 'credits' | 'slots']: MeterRows } = { windows: new Map(), credits: new Map(), slots: new Map() };
    for (const taking of takings) this.#add(taking, rows);
    this.#windows = inOrder(rows.windows);
    this.#credits = inOrder(rows.credits);
    this.#slots = inOrder(rows.slots);
    let number = 0;
    for (const meters of [this.#windows, this.#credits, this.#slots]) for (const meter of meters) meter.number = number += 1;
  }

  get meterCount(): number {
    return this.#windows.length + this.#credits.length + this.#slots.length;
  }

  /** The number of the meter that a demand is of. Demands are numbered from 0, taking after taking. */
  numberOf(demand: number): number {
    return this.#demanded[demand]?.number ?? 0;
  }

  /** The numbers that the same credits have by other refills. */
  twinsOf(number: number): number[] {
    const at = number - 1 - this.#windows.length;
    const twins: number[] = [];
    for (const step of [-1, 1]) for (let twin = at + step; isSameRow(this.#credits[twin], this.#credits[at]); twin += step) twins.push(number + twin - at);
    return twins;
  }

  /** When what is taken now from a meter stops counting, by the function's clock; 0 for what is no rate window. */
  expiryOf(number: number, nowMs: number): number {
    const ticks = this.#windows[number - 1]?.ticks;
    return ticks ? nowMs - (nowMs % ticks.tickMs) + ticks.spanMs : 0;
  }

  /** The arguments of the function, each as the text of an array. */
  params(): string[] {
    const [windows, credits, slots] = [this.#windows, this.#credits, this.#slots];
    const leases = slots.length > 0 ? this.#leases : { ids: [], keys: [], ms: [] };
    return [
      windows.map(tenantOf), windows.map(nameOf), windows.map(({ ticks }) => ticks?.tickMs ?? null), windows.map(({ ticks }) => ticks?.spanMs ?? null),
      credits.map(tenantOf), credits.map(nameOf), credits.map(({ refill }) => refill?.amount ?? null), credits.map(({ refill }) => (refill === null ? null : STEPS[refill.interval])),
      slots.map(tenantOf), slots.map(nameOf), this.#ends, leases.ids, leases.keys, leases.ms, this.#demanded.map(({ number }) => number), this.#limits, this.#costs,
    ].map(arrayText);
  }

  #add({ tenantId, keyId, meters, cost, lease }: Taking, { windows, credits, slots }: { readonly [Kind in 'windows' | 'credits' | 'slots']: MeterRows }): void {
    for (const meter of meters) {
      const { kind, limit, scopeId } = meter;
      const isWindow = kind === 'SLIDING' || kind === 'FIXED';
      this.#demanded.push(isWindow ? windowIn(windows, tenantId, meter) : rowIn(kind === 'CREDITS' ? credits : slots, tenantId, scopeId, meter.refill ?? null));
      this.#limits.push(kind === 'CREDITS' ? 0 : limit);
      this.#costs.push(kind === 'CONCURRENCY' ? 1 : cost);
    }
    this.#ends.push(this.#demanded.length);
    this.#leases.ids.push(lease?.id ?? null);
    this.#leases.keys.push(keyId);
    this.#leases.ms.push(lease === null ? null : lease.seconds * 1000);
  }
}

const tenantOf = ({ tenantId }: MeterRow): string => tenantId;
const nameOf = ({ name }: MeterRow): string => name;
const isSameRow = (one: MeterRow | undefined, other: MeterRow | undefined): boolean => one !== undefined && one.tenantId === other?.tenantId && one.name === other.name;

/** A rate window's name has its whole identity; its parts but the last hold no colon. */
function windowIn(rows: MeterRows, tenantId: string, { kind, scope, scopeId, name, limit, windowMs }: Meter): MeterRow {
  const row = rowIn(rows, tenantId, `${scope}:${kind}:${windowMs}:${name}:${scopeId}`, null);
  // While a limit is being changed, a batch may know it by both values: the coarser ticks are the ones that stay few.
  const ticks = ticksOf(kind === 'FIXED' ? kind : 'SLIDING', limit, windowMs);
  if (row.ticks === null || ticks.tickMs > row.ticks.tickMs) row.ticks = ticks;
  return row;
}

function rowIn(rows: MeterRows, tenantId: string, name: string, refill: MeterRow['refill']): MeterRow {
  // The tenant's id holds no colon either. The same credits stand side by side, whatever their refills: no name holds the character that comes before those.
  const key = refill === null ? `${tenantId}:${name}` : `${tenantId}:${name}\0${refill.amount} ${refill.interval}`;
  const known = rows.get(key);
  if (known !== undefined) return known;
  const row: MeterRow = { tenantId, name, refill, ticks: null, number: 0 };
  rows.set(key, row);
  return row;
}

/** In the order of the units of their texts, whatever this process's language is. */
function inOrder(rows: MeterRows): MeterRow[] {
  if (rows.size < 2) return [...rows.values()];
  return [...rows.keys()].sort().map((key) => rows.get(key) as MeterRow); // its own keys
}
