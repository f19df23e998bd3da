import { freeze as decide } from '@hoc/l5-engines/api-keys/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id, reason } from '../text.ts';
import { keyAllowsStep } from './invariants.ts';
import { keyShape } from './shapes.ts';
import { STEP_REFUSED } from './step-refused.ts';
import { takeStep } from './take-step.ts';

/** Freezes a key: it does not verify until it is unfrozen. */
export const freeze = writeOperation<WriteScope>()({
  address: ['api_keys.write', 'freeze'],
  anchor: 'api_key.freeze',
  planes: ['cus'],
  permission: 'hoc:keys.freeze',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Freezes a key: it does not verify until it is unfrozen.',
  input: withStep('freeze', z.strictObject({ keyId: id, reason })),
  output: keyShape,
  invariants: [keyAllowsStep],
  rejections: { ...NOT_FOUND, ...STEP_REFUSED },
  subject: ({ input }) => input.keyId,
  events: (_request, key) => [event('api_key.frozen', { key })],
  run: async ({ request: { input, principal, now }, facts: { key: pair }, scope }) =>
    pair === null ? notFound() : takeStep(scope, decide(pair.key, { by: actorOf(principal), reason: input.reason, now }), now),
});
