import type { Breach, Step } from '@hoc/l5-engines/api-keys/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { ok, type Outcome } from '../../kernel/result.ts';
import { moveCounter, saveKey } from './save-key.ts';
import { showKey, type KeyShape } from './shapes.ts';
import { stepRefused } from './step-refused.ts';

/** Writes what an engine decided of one key's step, the count of live keys with it; where it refused, that is the answer. */
export async function takeStep(scope: WriteScope, step: Step | Breach): Promise<Outcome<KeyShape, 'STEP_REFUSED'>> {
  if (!step.ok) return stepRefused(step);
  const [key] = await Promise.all([saveKey(scope, step.key), moveCounter(scope, step.key.tenantId, step.counterDelta)]);
  return ok(showKey(key));
}
