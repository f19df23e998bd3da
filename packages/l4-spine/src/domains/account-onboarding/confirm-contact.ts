import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { NOT_FOUND } from '../not-found.ts';
import { withStep } from '../step.ts';
import { rawText } from '../text.ts';
import { stepIsNext } from './invariants.ts';
import { NOT_TAKEN } from './not-taken.ts';
import { onboardingShape } from './shapes.ts';
import { takeStep } from './take-step.ts';

/** Confirms the contact address by the token that was sent to it. It counts once, and for 24 hours. */
export const confirmContact = writeOperation<WriteScope>()({
  address: ['account_onboarding.write', 'confirm_contact'],
  anchor: 'onboarding.advance',
  planes: ['cus'],
  permission: 'hoc:onboarding.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Confirms the contact address by the token that was sent to it; leads to IDENTITY_VERIFIED.',
  input: withStep('confirm_contact', z.strictObject({ token: rawText(200).min(1) })),
  output: onboardingShape,
  invariants: [stepIsNext],
  rejections: { ...NOT_FOUND, ...NOT_TAKEN },
  subject: ({ tenantId }) => tenantId,
  run: ({ request: { input: { step }, tenantId, now }, facts: { tenant, onboarding, stepEvidence: evidence }, scope }) =>
    takeStep(scope, { tenant, onboarding, evidence, step, now }, async () => {
      const { confirmation } = evidence;
      return confirmation !== null && (await scope.contactConfirmations.use(tenantId, confirmation.id, now)) !== null;
    }),
});
