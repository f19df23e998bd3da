import { newAttestationChallenge } from '@hoc/l5-engines/account/attestation-challenge';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { instantOut } from '../instant.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { stepIsNext } from './invariants.ts';

/** Makes a nonce for an SDK to answer within five minutes, once. */
export const createChallenge = writeOperation<WriteScope>()({
  address: ['account_onboarding.write', 'create_challenge'],
  anchor: 'onboarding.advance',
  planes: ['cus'],
  permission: 'hoc:onboarding.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Creates a nonce, shown once, that an SDK is to answer within five minutes.',
  input: withStep('create_challenge', z.strictObject({})),
  output: z.object({ id: z.string(), nonce: z.string().nullable(), nonceShown: z.literal(true).optional(), expiresAt: instantOut }),
  invariants: [stepIsNext],
  rejections: NOT_FOUND,
  subject: (_request, challenge) => challenge?.id ?? null,
  replay: ({ id, expiresAt }) => ({ id, nonce: null, nonceShown: true, expiresAt }),
  run: async ({ request: { principal, now }, facts: { tenant }, scope }) => {
    if (tenant === null) return notFound();
    const { challenge, nonce } = newAttestationChallenge({ id: newId('att'), tenantId: tenant.id, by: actorOf(principal), now }, scope.vault);
    await scope.attestationChallenges.insert(challenge);
    return ok({ id: challenge.id, nonce: nonce.reveal(), expiresAt: challenge.expiresAt.toISOString() });
  },
});
