import { ATTEST_PERMISSION } from '@hoc/l5-engines/api-keys/authenticate-service-key';
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

/** An SDK answers a nonce, as the service key that it carries. The principal is that key: no management key may call this. */
export const attestSdk = writeOperation<WriteScope>()({
  address: ['account_onboarding.write', 'attest_sdk'],
  anchor: 'onboarding.advance',
  planes: ['cus'],
  permission: ATTEST_PERMISSION,
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Answers an attestation challenge, in a request that carries a service key; leads to SDK_CONNECTED.',
  input: withStep('attest_sdk', z.strictObject({ nonce: rawText(200).min(1) })),
  output: onboardingShape,
  invariants: [stepIsNext],
  rejections: { ...NOT_FOUND, ...NOT_TAKEN },
  subject: ({ tenantId }) => tenantId,
  run: ({ request: { input: { step }, tenantId, now }, facts: { tenant, onboarding, stepEvidence: evidence }, scope }) =>
    takeStep(scope, { tenant, onboarding, evidence, step, now }, async () => {
      const { challenge, presentedKey } = evidence;
      return challenge !== null && presentedKey !== null && (await scope.attestationChallenges.use(tenantId, challenge.id, presentedKey.id, now)) !== null;
    }),
});
