import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { NOT_FOUND } from '../not-found.ts';
import { withStep } from '../step.ts';
import { stepIsNext } from './invariants.ts';
import { NOT_TAKEN } from './not-taken.ts';
import { onboardingShape } from './shapes.ts';
import { takeStep } from './take-step.ts';

/** Takes the next step where its evidence was there before it was the next: a service key from before the contact was confirmed. */
export const advance = writeOperation<WriteScope>()({
  address: ['account_onboarding.write', 'advance'],
  anchor: 'onboarding.advance',
  planes: ['cus'],
  permission: 'hoc:onboarding.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Takes the next step of the onboarding where its evidence exists already.',
  input: withStep('advance', z.strictObject({})),
  output: onboardingShape,
  invariants: [stepIsNext],
  rejections: { ...NOT_FOUND, ...NOT_TAKEN },
  subject: ({ tenantId }) => tenantId,
  run: ({ request: { input: { step }, now }, facts: { tenant, onboarding, stepEvidence: evidence }, scope }) =>
    takeStep(scope, { tenant, onboarding, evidence, step, now }, async () => true),
});
