import { NEXT_STATE, WAY_TO } from '@hoc/l5-engines/account/onboarding';
import { predicatesOf } from '@hoc/l5-engines/account/onboarding-predicates';
import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import type { OnboardingRow } from '../rows.ts';
import { confirmationShape, evidenceShape, nextStepShape, onboardingShape, predicateShape, showConfirmation, showEvidence, showOnboarding } from './shapes.ts';

/** How far the tenant has come, why, and what is to be done next. */
export const getOnboarding = readOperation<ReadScope>()({
  address: ['account_onboarding.query', 'get'],
  anchor: null,
  planes: ['cus', 'fdr'],
  permission: 'hoc:onboarding.read',
  tenancy: 'tenant',
  summary: 'Reads the onboarding: its state, each predicate with its evidence or what is missing, and the next step.',
  input: z.strictObject({}),
  output: onboardingShape.extend({
    nextStep: nextStepShape.nullable(), predicates: z.array(predicateShape), evidence: z.array(evidenceShape), contactConfirmation: confirmationShape.nullable(),
  }),
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId, now }, scope }) => {
    const [tenant, onboarding, evidence, confirmation, serviceKeys, projects, integrations, answered] = await Promise.all([
      scope.tenants.get(tenantId),
      scope.onboarding.get(tenantId),
      scope.onboardingEvidence.list(tenantId),
      scope.contactConfirmations.latest(tenantId),
      scope.keys.listLiveService(tenantId, now),
      scope.projects.listActive(tenantId),
      scope.integrations.listValidated(tenantId),
      scope.attestationChallenges.listAnswered(tenantId),
    ]);
    if (tenant === null || onboarding === null) return notFound();
    const predicates = predicatesOf({ tenantStatus: tenant.status, serviceKeys, projects, integrations, answered });
    return ok({
      ...showOnboarding(onboarding),
      nextStep: nextStepOf(onboarding, { hasServiceKey: serviceKeys.length > 0, allHold: predicates.every(({ holds }) => holds) }),
      predicates: predicates.map((predicate) => ({ ...predicate, evidence: [...predicate.evidence] })),
      evidence: evidence.map(showEvidence),
      contactConfirmation: confirmation === null ? null : showConfirmation(confirmation),
    });
  },
});

/** The next step, and whether there is nothing left to do but take it. */
function nextStepOf({ state }: OnboardingRow, { hasServiceKey, allHold }: { readonly hasServiceKey: boolean; readonly allHold: boolean }): z.output<typeof nextStepShape> | null {
  const leadsTo = NEXT_STATE[state];
  if (leadsTo === null) return null;
  const isReady = (leadsTo === 'API_KEY_CREATED' && hasServiceKey) || (leadsTo === 'COMPLETE' && allHold);
  return { leadsTo, ...WAY_TO[leadsTo], isReady };
}
