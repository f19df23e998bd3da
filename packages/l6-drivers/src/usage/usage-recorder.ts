import { KEY_VERDICTS, type KeyVerdict } from '@hoc/l7-models/enums';
import type { Database } from '../database/database.ts';
import { classify } from '../database/errors.ts';
import { OutageError } from '../database/outage.ts';
import { isRefusal } from '../database/refusal.ts';
import { HOUR_MS, VALID, writeUsage, type KeyHour } from './usage-flush.ts';

/** A verification of a key that exists. */
export interface Use {
  readonly tenantId: string;
  readonly keyId: string;
  readonly verdict: KeyVerdict;
  readonly at: Date;
  /** The client's address as it was named, if it was. What is kept of it is its /24 or /48. */
  readonly address: string | null;
}

export interface UsageRecorderLimits {
  /** How long a count may wait to be written. */
  readonly flushMs: number;
  /** So many keys' hours are written at once, without waiting. */
  readonly flushAt: number;
  /** So many keys' hours wait while the database is away; what comes beyond is dropped and told. */
  readonly maxWaiting: number;
  /** So many are written by one statement, which nobody waits long for. */
  readonly maxWritten: number;
}

export const USAGE_RECORDER_LIMITS: UsageRecorderLimits = { flushMs: 2000, flushAt: 5000, maxWaiting: 50_000, maxWritten: 500 };

const NUMBERS = Object.fromEntries(KEY_VERDICTS.map((verdict, number) => [verdict, number])) as Readonly<Record<KeyVerdict, number>>; // `as`: one entry per verdict

/**
 * Counts verifications in memory and writes the counts now and then. What a server has counted and not written is lost with it: that is
 * less than five seconds' worth, where the database answers.
 * INVARIANT: nothing is counted twice. Where it is unknown whether counts were written, they are not written again: they are lost, and told.
 */
export class UsageRecorder {
  readonly #database: Pick<Database, 'meters'>;
  readonly #limits: UsageRecorderLimits;
  readonly #onTrouble: (error: unknown) => void;
  /** By tenant, then by key: the present hour of each. */
  #hours = new Map<string, Map<string, KeyHour>>();
  /** Hours that have passed, and what could not be written before. */
  #older: KeyHour[] = [];
  #size = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #flush: Promise<void> | null = null;
  #isStopped = false;

  /** @param onTrouble told why counts were not written; must not throw */
  constructor(database: Pick<Database, 'meters'>, limits: UsageRecorderLimits = USAGE_RECORDER_LIMITS, onTrouble: (error: unknown) => void = () => {}) {
    this.#database = database;
    this.#limits = limits;
    this.#onTrouble = onTrouble;
  }

  /** How many uses were not counted, since the start: there was no room for them, or whether they were written is unknown. */
  get lost(): number {
    return this.#lost;
  }

  /** How many keys' hours wait to be written. */
  get waiting(): number {
    return this.#size;
  }

  /** Counts one. Writes nothing, waits for nothing and never throws. */
  record({ tenantId, keyId, verdict, at, address }: Use): void {
    const atMs = at.getTime();
    const hour = this.#hourOf(tenantId, keyId, Math.floor(atMs / HOUR_MS));
    if (hour === null) {
      this.#lost += 1;
      return;
    }
    const number = NUMBERS[verdict];
    hour.counts[number] = (hour.counts[number] ?? 0) + 1;
    if (number !== VALID) return;
    if (atMs >= hour.lastUsedMs) hour.address = address ?? hour.address;
    hour.lastUsedMs = Math.max(hour.lastUsedMs, atMs);
  }

  /** Writes now and then, from now on. */
  start(): void {
    this.#timer ??= setInterval(() => void this.flush(), this.#limits.flushMs);
    // A process that has nothing else to do may end; stopping writes the rest.
    this.#timer.unref();
  }

  /** Writes what has been counted. One at a time: whoever asks while it is being written waits for that, and for what has come since. */
  async flush(): Promise<void> {
    while (this.#flush !== null) await this.#flush;
    if (this.#size === 0) return;
    this.#flush = this.#write();
    await this.#flush;
  }

  /** Writes what has been counted, and counts nothing any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isStopped = true;
    await this.flush();
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    const hours = [...this.#older, ...[...this.#hours.values()].flatMap((keys) => [...keys.values()])];
    this.#older = [];
    this.#hours = new Map();
    this.#size = 0;
    let isAway = false;
    for (let at = 0; at < hours.length; at += this.#limits.maxWritten) {
      const some = hours.slice(at, at + this.#limits.maxWritten);
      if (!isAway) isAway = !(await this.#writeSome(some));
      else this.#keep(some);
    }
    this.#flush = null;
  }

  /** Whether to go on writing. */
  async #writeSome(hours: readonly KeyHour[]): Promise<boolean> {
    try {
      await writeUsage(this.#database.meters, hours);
      return true;
    } catch (error) {
      const isUndone = isRefusal(error) || error instanceof OutageError;
      const isBug = classify(error) === 'BUG';
      if (isUndone && !isBug) this.#keep(hours);
      else this.#lost += usesOf(hours);
      this.#onTrouble(error);
      return isBug;
    }
  }

  /** What was not written waits for the next time, as long as there is room. */
  #keep(hours: readonly KeyHour[]): void {
    for (const hour of hours) {
      if (this.#size < this.#limits.maxWaiting) {
        this.#older.push(hour);
        this.#size += 1;
      } else this.#lost += usesOf([hour]);
    }
  }

  /** Null where there is no room for one more. */
  #hourOf(tenantId: string, keyId: string, number: number): KeyHour | null {
    const keys = this.#hours.get(tenantId);
    const known = keys?.get(keyId);
    if (known !== undefined && known.hour === number) return known;
    if (this.#isStopped || this.#size >= this.#limits.maxWaiting) return null;
    if (known !== undefined) this.#older.push(known);
    const hour: KeyHour = { tenantId, keyId, hour: number, counts: KEY_VERDICTS.map(() => 0), lastUsedMs: 0, address: null };
    if (keys === undefined) this.#hours.set(tenantId, new Map([[keyId, hour]]));
    else keys.set(keyId, hour);
    this.#size += 1;
    if (this.#size === this.#limits.flushAt) void this.flush();
    return hour;
  }
}

const usesOf = (hours: readonly KeyHour[]): number => hours.reduce((sum, { counts }) => sum + counts.reduce((own, count) => own + count, 0), 0);
