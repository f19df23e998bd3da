import type { Judgement } from './judge.ts';
import { Latencies } from './latencies.ts';
import { instant, type RunReport } from './plan.ts';

const BUCKET_MS = 100;
const SHOWN = 5;

/** Counts what a run is answered. */
export class Tally {
  readonly #startedAt = instant();
  readonly #latencies = Latencies.empty();
  readonly #lateness = Latencies.empty();
  readonly #timeline = { right: [] as number[], unavailable: [] as number[], broken: [] as number[] };
  readonly #verdicts = new Map<string, number>();
  readonly #firstWrong: string[] = [];
  #measured = { right: 0, unavailable: 0, broken: 0 };
  #wrong = 0;
  #isMeasuring = false;
  #processor = process.cpuUsage();

  /** Begins or ends the measured time. */
  measure(isMeasuring: boolean): void {
    this.#isMeasuring = isMeasuring;
    this.#processor = process.cpuUsage(isMeasuring ? undefined : this.#processor);
  }

  answered(judgement: Judgement, tookMs: number, describe: () => string): void {
    this.#verdicts.set(judgement.code, (this.#verdicts.get(judgement.code) ?? 0) + 1);
    if (judgement.outcome === 'WRONG') {
      this.#wrong += 1;
      if (this.#firstWrong.length < SHOWN) this.#firstWrong.push(`${describe()} was answered ${judgement.code}: ${judgement.why}`);
      return;
    }
    const kind = judgement.outcome === 'RIGHT' ? 'right' : 'unavailable';
    this.#count(kind);
    if (this.#isMeasuring && kind === 'right') this.#latencies.record(tookMs);
  }

  /** What was asked and never answered: no verdict. */
  broken(): void {
    this.#count('broken');
  }

  late(milliseconds: number): void {
    if (this.#isMeasuring) this.#lateness.record(milliseconds);
  }

  report(name: string, measuredMs: number): RunReport {
    return {
      name, ...this.#measured, wrong: this.#wrong, firstWrong: this.#firstWrong, verdicts: Object.fromEntries(this.#verdicts),
      perSecond: (this.#measured.right * 1000) / measuredMs, driverLoad: (this.#processor.user + this.#processor.system) / 1000 / measuredMs, latencies: this.#latencies.toText(), lateness: this.#lateness.toText(),
      timeline: { startedAt: this.#startedAt, bucketMs: BUCKET_MS, ...this.#timeline },
    };
  }

  #count(kind: 'right' | 'unavailable' | 'broken'): void {
    const bucket = Math.floor((instant() - this.#startedAt) / BUCKET_MS);
    const counts = this.#timeline[kind];
    while (counts.length <= bucket) counts.push(0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    if (this.#isMeasuring) this.#measured[kind] += 1;
  }
}
