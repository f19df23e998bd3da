import type { Breach, Step } from '@hoc/l5-engines/api-keys/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { ok, type Outcome } from '../../kernel/result.ts';
import { readingsOf } from './readings.ts';
import { moveCounter, saveKey } from './save-key.ts';
import { showKey, type KeyShape } from './shapes.ts';
import { stepRefused } from './step-refused.ts';

/** Writes what an engine decided of one key's step, the count of live keys with it; where it refused, that is the answer. */
export async function takeStep(scope: WriteScope, step: Step | Breach, now: Date): Promise<Outcome<KeyShape, 'STEP_REFUSED'>> {
  if (!step.ok) return stepRefused(step);
  const { tenantId } = step.key;
  const [key, readings] = await Promise.all([saveKey(scope, step.key), readingsOf(scope, tenantId, [step.key]), moveCounter(scope, tenantId, step.counterDelta)]);
  return ok(showKey(key, readings, now));
}
