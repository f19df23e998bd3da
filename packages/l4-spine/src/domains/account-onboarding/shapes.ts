import { PREDICATES } from '@hoc/l5-engines/account/onboarding-predicates';
import { z } from 'zod';
import { actorShape } from '../actor.ts';
import { instantOut, isoOrNull } from '../instant.ts';
import type { ContactConfirmationRow, OnboardingEvidenceRow, OnboardingRow } from '../rows.ts';

export const stateShape = z.enum(['CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED', 'COMPLETE']);

/** How far a tenant has come. */
export const onboardingShape = z.object({
  tenantId: z.string(), state: stateShape, updatedAt: instantOut, completedAt: instantOut.nullable(), completedBy: actorShape.nullable(), forcedReason: z.string().nullable(),
});
export type OnboardingShape = z.output<typeof onboardingShape>;

export const showOnboarding = (row: OnboardingRow): OnboardingShape => ({
  tenantId: row.tenantId, state: row.state, updatedAt: row.updatedAt.toISOString(), completedAt: isoOrNull(row.completedAt), completedBy: row.completedBy,
  forcedReason: row.forcedReason,
});

/** Why a step was taken: `subject` is the id of the confirmation, the key or the challenge. */
export const evidenceShape = z.object({
  id: z.string(), step: stateShape, kind: z.enum(['CONTACT_CONFIRMED', 'SERVICE_KEY_CREATED', 'SDK_ATTESTED', 'PREDICATES_HELD', 'FORCED']), subject: z.string().nullable(), at: instantOut,
});

export const showEvidence = ({ id, step, kind, subject, at }: OnboardingEvidenceRow): z.output<typeof evidenceShape> => ({ id, step, kind, subject, at: at.toISOString() });

/** One of the four, with the ids of the rows that it holds by; where there are none, what is missing. */
export const predicateShape = z.object({ name: z.enum(PREDICATES), holds: z.boolean(), evidence: z.array(z.string()), missing: z.string().nullable() });

/** What is to be done next: `isReady` where its evidence is there already. */
export const nextStepShape = z.object({ leadsTo: stateShape, method: z.string(), needs: z.string(), isReady: z.boolean() });

/** A confirmation that was asked for. Its token goes to the address, and nowhere else. */
export const confirmationShape = z.object({ id: z.string(), address: z.string(), createdAt: instantOut, expiresAt: instantOut, usedAt: instantOut.nullable() });

export const showConfirmation = ({ id, address, createdAt, expiresAt, usedAt }: ContactConfirmationRow): z.output<typeof confirmationShape> => ({
  id, address, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), usedAt: isoOrNull(usedAt),
});
