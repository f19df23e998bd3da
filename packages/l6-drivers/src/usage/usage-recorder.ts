import { setTimeout as sleep } from 'node:timers/promises';
import { KEY_VERDICTS, type KeyVerdict } from '@hoc/l7-models/enums';
import type { Database } from '../database/database.ts';
import { classify } from '../database/errors.ts';
import { OutageError, UnansweredError } from '../database/outage.ts';
import { isRefusal } from '../database/refusal.ts';
import { HOUR_MS, merged, noteUse, VALID, type KeyHour } from './key-hour.ts';
import { KeyHours } from './key-hours.ts';
import { writeUsage } from './usage-flush.ts';

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
  /** So many keys' hours are written without waiting for their time, and without a pause. */
  readonly flushAt: number;
  /** So many keys' hours wait while the database is away; what comes beyond is dropped and told. */
  readonly maxWaiting: number;
  /** So many are written by one statement, which nobody waits long for. */
  readonly maxWritten: number;
}

export const USAGE_RECORDER_LIMITS: UsageRecorderLimits = { flushMs: 3000, flushAt: 20_000, maxWaiting: 50_000, maxWritten: 50 };

const LONGEST_PAUSE_MS = 100;

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
  /** The present hour of each key. */
  #hours = new KeyHours();
  /** Hours that have passed, and what could not be written before. */
  #older: KeyHour[] = [];
  /** All of them, and those that are being written. */
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
    const number = Math.floor(atMs / HOUR_MS);
    const known = this.#hours.find(tenantId, keyId);
    const hour = known?.hour === number ? known : this.#begin({ tenantId, keyId, hour: number });
    if (hour === null) {
      this.#lost += 1;
      return;
    }
    const counted = NUMBERS[verdict];
    hour.counts[counted] = (hour.counts[counted] ?? 0) + 1;
    if (counted === VALID) noteUse(hour, atMs, address);
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

  /**
   * Never rejects. It pauses between its statements for as long as they take, so that it keeps half of a connection at most, unless
   * much waits again.
   */
  async #write(): Promise<void> {
    const hours = this.#taken();
    let isAway = false;
    for (let at = 0; at < hours.length; at += this.#limits.maxWritten) {
      const some = hours.slice(at, at + this.#limits.maxWritten);
      if (isAway) {
        this.#older.push(...some);
        continue;
      }
      const begunAt = performance.now();
      isAway = !(await this.#writeSome(some));
      const isLast = at + this.#limits.maxWritten >= hours.length;
      if (!isLast && !this.#isStopped && this.#hours.size < this.#limits.flushAt) await sleep(Math.min(performance.now() - begunAt, LONGEST_PAUSE_MS));
    }
    this.#flush = null;
  }

  /** All that waits, each hour of a key once: a statement may not write a row twice. */
  #taken(): readonly KeyHour[] {
    const present = this.#hours.all();
    const hours = this.#older.length === 0 ? present : merged([...this.#older, ...present]);
    this.#older = [];
    this.#hours = new KeyHours();
    this.#size = hours.length;
    return hours;
  }

  /** Whether to go on writing. */
  async #writeSome(hours: readonly KeyHour[]): Promise<boolean> {
    try {
      await writeUsage(this.#database.meters, hours);
      this.#size -= hours.length;
      return true;
    } catch (error) {
      const isUndone = isRefusal(error) || (error instanceof OutageError && !(error instanceof UnansweredError));
      const isBug = classify(error) === 'BUG';
      if (isUndone && !isBug) {
        // They wait for the next time, in the room that they have.
        this.#older.push(...hours);
      } else {
        this.#size -= hours.length;
        this.#lost += usesOf(hours);
      }
      this.#onTrouble(error);
      return isBug;
    }
  }

  /** Begins a key's hour in the place of the one before; null where there is no room for one more. */
  #begin({ tenantId, keyId, hour }: Pick<KeyHour, 'tenantId' | 'keyId' | 'hour'>): KeyHour | null {
    if (this.#isStopped || this.#size >= this.#limits.maxWaiting) return null;
    const begun: KeyHour = { tenantId, keyId, hour, counts: KEY_VERDICTS.map(() => 0), lastUsedMs: 0, address: null };
    const before = this.#hours.put(begun);
    this.#size += 1;
    if (before !== undefined) this.#older.push(before);
    else if (this.#hours.size === this.#limits.flushAt) void this.flush();
    return begun;
  }
}

const usesOf = (hours: readonly KeyHour[]): number => hours.reduce((sum, { counts }) => sum + counts.reduce((own, count) => own + count, 0), 0);
