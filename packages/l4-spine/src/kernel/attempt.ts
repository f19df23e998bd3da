import type { Finding } from './evaluation.ts';
import type { WritePlan } from './plan.ts';
import type { IdempotencyClaim } from './ports.ts';
import type { Request } from './request.ts';

/** One write, ready for its transaction. */
export interface Attempt {
  readonly plan: WritePlan;
  readonly request: Request<unknown>;
  readonly claim: IdempotencyClaim | null;
  /** What the operation prepared before; undefined where it prepares nothing. */
  readonly prepared: unknown;
  /** Told how the invariants fared, as soon as that is known: what fails later must not take MONITOR's findings with it. */
  readonly judged: (findings: readonly Finding[]) => void;
}
