import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import type { OutboxEvent } from '../../kernel/outbox-event.ts';
import { advanced } from './take-step.ts';

/** Where an onboarding stands whose next step is the tenant's first service key. */
export const AWAITING_FIRST_KEY = 'IDENTITY_VERIFIED';

/**
 * Takes the step that a new service key is the evidence of, in the transaction that makes the key, where it is the next one; else
 * nothing. The tenant is held, so nobody else moves the onboarding meanwhile.
 */
export async function advanceByFirstKey({ onboarding, onboardingEvidence }: WriteScope, tenantId: string, keyId: string, now: Date): Promise<readonly OutboxEvent[]> {
  const row = await onboarding.advance(tenantId, AWAITING_FIRST_KEY, 'API_KEY_CREATED', now);
  if (row === null) return [];
  const evidence = { kind: 'SERVICE_KEY_CREATED', subject: keyId } as const;
  await onboardingEvidence.add({ tenantId, id: newId('evd'), step: 'API_KEY_CREATED', ...evidence, detail: {}, at: now });
  return [advanced(AWAITING_FIRST_KEY, row, evidence)];
}
