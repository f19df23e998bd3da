import { admitsOnboarding } from '@hoc/l5-engines/account/onboarding';
import { allHold, predicatesOf } from '@hoc/l5-engines/account/onboarding-predicates';
import { allowsUnevidenced, decideStep } from '@hoc/l5-engines/account/onboarding-step';
import { missing, transitionInvariant } from '../../kernel/invariant.ts';
import { tenantUnderUpdateLock } from '../account/facts.ts';
import { onboardingEvidence, onboardingState, stepEvidence, stillLive, type StepInput } from './facts.ts';

/** A tenant is COMPLETE because of rows that are there, not because anybody says so. */
export const predicatesHold = transitionInvariant({
  id: 'BI-ONBOARD-001',
  guards: ['onboarding.activate'],
  severity: 'CRITICAL',
  status: 409,
  condition: 'All four predicates hold, by evidence: project_ready, key_ready, connector_validated and sdk_attested.',
  remediation: 'Read the onboarding: it says of each predicate what is missing.',
  needs: [tenantUnderUpdateLock, onboardingEvidence],
  holds: ({ tenant, onboardingEvidence: rows }, { now }: { readonly now: Date }) =>
    tenant === null ? missing('the tenant does not exist') : allHold(predicatesOf({ tenantStatus: tenant.status, ...stillLive(rows, now) })),
});

/** An onboarding goes forward by exactly one step, and for a reason that is there. */
export const stepIsNext = transitionInvariant({
  id: 'BI-ONBOARD-002',
  guards: ['onboarding.advance'],
  severity: 'HIGH',
  status: 409,
  condition: "The step is the onboarding's next one, or prepares one that is still ahead, and the evidence that it needs exists.",
  remediation: 'Read the onboarding: it says which step is next, and what that needs.',
  needs: [tenantUnderUpdateLock, stepEvidence, onboardingState],
  holds: ({ tenant, onboarding, stepEvidence: evidence }, { input: { step }, now }: { readonly input: StepInput; readonly now: Date }) => {
    if (tenant === null) return missing('the tenant does not exist');
    const admitted = admitsOnboarding(tenant.status, step);
    if (admitted !== true) return admitted;
    if (onboarding === null) return 'the tenant has no onboarding';
    switch (step) {
      case 'confirm_contact':
      case 'advance':
      case 'attest_sdk': {
        const decided = decideStep({ state: onboarding.state, contactEmail: tenant.contactEmail, evidence }, step, now);
        return decided.ok || decided.breach;
      }
      default:
        // The others stand on the state alone.
        return allowsUnevidenced(onboarding.state, step);
    }
  },
});
