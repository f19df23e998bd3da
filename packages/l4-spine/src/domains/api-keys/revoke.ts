import { revoke as decide } from '@hoc/l5-engines/api-keys/lifecycle';
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
  events: (_request, key) => [event('api_key.revoked', { key })],
  run: async ({ request: { input, principal, now }, facts: { key: pair }, scope }) =>
    pair === null ? notFound() : takeStep(scope, decide(pair.key, { by: actorOf(principal), reason: input.reason, now }), now),
});
