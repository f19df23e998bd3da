import type { WritePlan } from './plan.ts';
import type { IdempotencyClaim } from './ports.ts';
import type { Request } from './request.ts';

/** One write, ready for its transaction. */
export interface Attempt {
  readonly plan: WritePlan;
  readonly request: Request<unknown>;
  readonly claim: IdempotencyClaim | null;
}
