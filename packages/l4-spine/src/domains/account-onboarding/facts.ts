import { isExpired } from '@hoc/l5-engines/api-keys/lifecycle';
import type { OnboardingStep } from '@hoc/l5-engines/account/onboarding';
import type { PresentedKey, StepEvidence } from '@hoc/l5-engines/account/onboarding-step';
import { digestsOf } from '@hoc/l5-engines/digest';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { fact } from '../../kernel/fact.ts';
import type { Request } from '../../kernel/request.ts';

/** How far the tenant has come; null before it was provisioned. Exact without a lock of its own: whoever changes it holds the tenant. */
export const onboardingState = fact({
  name: 'onboarding',
  lock: 'none',
  resolve: (scope: WriteScope, { tenantId }) => scope.onboarding.get(tenantId),
});

/** What a step may present. */
export interface StepInput {
  readonly step: OnboardingStep;
  readonly token?: string | undefined;
  readonly nonce?: string | undefined;
}

const NOTHING: StepEvidence = { confirmation: null, challenge: null, presentedKey: null, serviceKeys: [], recorded: [] };

/**
 * What the step stands on. Confirmations, challenges and evidence are changed by those alone who hold the tenant for update, as
 * this write does; the keys and the project are under share locks, so that none of them is revoked before the step is committed.
 */
export const stepEvidence = fact({
  name: 'stepEvidence',
  lock: 'share',
  resolve: async (scope: WriteScope, request: Request<StepInput>): Promise<StepEvidence> => {
    const { tenantId, input, now } = request;
    switch (input.step) {
      case 'confirm_contact':
        return { ...NOTHING, confirmation: await scope.contactConfirmations.find(tenantId, digestsOf(scope.vault.peppers, input.token ?? '')) };
      case 'attest_sdk': {
        const key = presentedKey(scope, request);
        const [challenge, presented] = await Promise.all([scope.attestationChallenges.find(tenantId, digestsOf(scope.vault.peppers, input.nonce ?? '')), key]);
        return { ...NOTHING, challenge, presentedKey: presented };
      }
      case 'advance': {
        const [keys, recorded] = await Promise.all([scope.keys.lockLiveServiceForShare(tenantId, now), scope.onboardingEvidence.list(tenantId)]);
        return { ...NOTHING, serviceKeys: keys.map(({ id }) => id), recorded: recorded.map(({ kind }) => kind) };
      }
      case 'request_confirmation':
      case 'create_challenge':
      case 'force_complete':
        return NOTHING;
      default:
        return input.step satisfies never;
    }
  },
});

/** The key that the request itself carries, read again under lock, with its project: what it was when it authenticated may be over. */
async function presentedKey(scope: WriteScope, { principal, tenantId, now }: Request<StepInput>): Promise<PresentedKey | null> {
  if (principal.plane !== 'cus') return null;
  const [key, of] = await Promise.all([scope.keys.lockForShare(tenantId, principal.id), scope.projects.lockForShareOfKey(tenantId, principal.id)]);
  if (key === null) return null;
  const isProjectUsable = key.projectId === null || of?.project?.status === 'ACTIVE';
  return { id: key.id, isUsable: key.kind === 'SERVICE' && key.status === 'ACTIVE' && !isExpired(key, now) && isProjectUsable };
}

/** The rows that the predicates of COMPLETE stand on, each kept as it is until the write has ended. The order is that of all locks. */
export const onboardingEvidence = fact({
  name: 'onboardingEvidence',
  lock: 'share',
  resolve: async (scope: WriteScope, { tenantId, now }) => {
    const [serviceKeys, projects, integrations, answered] = await Promise.all([
      scope.keys.lockLiveServiceForShare(tenantId, now),
      scope.projects.lockActiveForShare(tenantId),
      scope.integrations.lockValidatedForShare(tenantId),
      scope.attestationChallenges.lockAnsweredForShare(tenantId),
    ]);
    return { serviceKeys, projects, integrations, answered };
  },
});

/** The rows without the keys that have expired by now: a write may have waited for its locks since it asked for those that had not. */
export const stillLive = <Rows extends { readonly serviceKeys: readonly { readonly expiresAt: Date | null }[] }>(rows: Rows, now: Date): Rows => ({
  ...rows, serviceKeys: rows.serviceKeys.filter((key) => !isExpired(key, now)),
});
