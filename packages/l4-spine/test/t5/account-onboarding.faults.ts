import { onboardingEvidence, onboardingState, stepEvidence } from '@hoc/l4-spine/domains/account-onboarding/facts';
import { tenantUnderUpdateLock } from '@hoc/l4-spine/domains/account/facts';
import type { FaultyFact } from './faults.ts';
import { confirmBy, newcomer, onboarding, sentToken } from './onboarding-states.ts';
import type { Ask, Stage } from './stage.ts';

const confirm = async (stage: Stage): Promise<Ask> => {
  const tenant = await newcomer(stage, 'CREATED');
  return confirmBy(tenant, await sentToken(stage, tenant));
};
const complete = async (stage: Stage): Promise<Ask> => onboarding(await newcomer(stage, 'SDK_CONNECTED'), 'complete');

/** Every fact of the onboarding's rules, in each write that reads it in another way. */
export const onboardingFacts: readonly FaultyFact[] = [
  { fact: tenantUnderUpdateLock, needed: 'confirm the contact', rules: ['BI-ONBOARD-002'], monitored: 'FAILED', arrange: confirm },
  { fact: stepEvidence, needed: 'confirm the contact', rules: ['BI-ONBOARD-002'], monitored: 'FAILED', arrange: confirm },
  { fact: onboardingState, needed: 'confirm the contact', rules: ['BI-ONBOARD-002'], monitored: 'FAILED', arrange: confirm },
  {
    fact: onboardingState, needed: 'request a confirmation', rules: ['BI-ONBOARD-002'], monitored: 'COMMITTED',
    arrange: async (stage) => onboarding(await newcomer(stage, 'CREATED'), 'request_confirmation'),
  },
  { fact: tenantUnderUpdateLock, needed: 'complete', rules: ['BI-ONBOARD-001'], monitored: 'FAILED', arrange: complete },
  { fact: onboardingEvidence, needed: 'complete', rules: ['BI-ONBOARD-001'], monitored: 'FAILED', arrange: complete },
];
