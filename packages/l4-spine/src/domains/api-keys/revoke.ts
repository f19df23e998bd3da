import { revoke as decide } from '@hoc/l5-engines/api-keys/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id, reason } from '../text.ts';
import { keyAllowsStep } from './invariants.ts';
import { moveCounter, saveKey } from './save-key.ts';
import { keyShape, showKey } from './shapes.ts';
import { STEP_REFUSED, stepRefused } from './step-refused.ts';

/** Revokes a key, for good. */
export const revoke = writeOperation<WriteScope>()({
  address: ['api_keys.write', 'revoke'],
  anchor: 'api_key.revoke',
  planes: ['cus'],
  permission: 'hoc:keys.revoke',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Revokes a key, for good.',
  input: withStep('revoke', z.strictObject({ keyId: id, reason })),
  output: keyShape,
  invariants: [keyAllowsStep],
  rejections: { ...NOT_FOUND, ...STEP_REFUSED },
  subject: ({ input }) => input.keyId,
  run: async ({ request: { input, principal, now }, facts: { key: pair }, scope }) => {
    if (pair === null) return notFound();
    const step = decide(pair.key, { by: actorOf(principal), reason: input.reason, now });
    if (!step.ok) return stepRefused(step);
    const [key] = await Promise.all([saveKey(scope, step.key), moveCounter(scope, pair.key.tenantId, step.counterDelta)]);
    return ok(showKey(key));
  },
});
