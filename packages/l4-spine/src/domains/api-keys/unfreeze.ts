import { unfreeze as decide } from '@hoc/l5-engines/api-keys/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id, reason } from '../text.ts';
import { keyAllowsStep, keyOfActiveTenant } from './invariants.ts';
import { keyShape } from './shapes.ts';
import { STEP_REFUSED } from './step-refused.ts';
import { isAskerInUse, noLongerInUse, UNAUTHENTICATED } from './still-in-use.ts';
import { takeStep } from './take-step.ts';

/** Takes a frozen key back into use. */
export const unfreeze = writeOperation<WriteScope>()({
  address: ['api_keys.write', 'unfreeze'],
  anchor: 'api_key.unfreeze',
  planes: ['cus'],
  permission: 'hoc:keys.freeze',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Takes a frozen key back into use.',
  input: withStep('unfreeze', z.strictObject({ keyId: id, reason })),
  output: keyShape,
  invariants: [keyOfActiveTenant, keyAllowsStep],
  rejections: { ...NOT_FOUND, ...STEP_REFUSED, ...UNAUTHENTICATED },
  subject: ({ input }) => input.keyId,
  events: (_request, key) => [event('api_key.unfrozen', { key })],
  run: async ({ request, facts: { key: pair }, scope }) => {
    if (pair === null) return notFound();
    return (await isAskerInUse(scope, request)) ? takeStep(scope, decide(pair.key, { now: request.now }), request.now) : noLongerInUse();
  },
});
