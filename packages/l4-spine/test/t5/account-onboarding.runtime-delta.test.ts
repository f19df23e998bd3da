import { BACKENDS } from '@hoc/testbed/databases';
import { describe } from 'vitest';
import { onboardingNegatives, onboardingPositives } from './account-onboarding.cases.ts';
import { onboardingFacts } from './account-onboarding.faults.ts';
import { onboardingRaces } from './account-onboarding.races.ts';
import { stepsLead } from './account-onboarding.steps.ts';
import { onboardingWrites } from './account-onboarding.writes.ts';
import { staysAtHome, takesNoFacts } from './bypass.ts';
import { chainsHold, countersHold } from './chains.ts';
import { checksFailClosed, failClosed } from './faults.ts';
import { areGoverned } from './modes.ts';
import { onboarding } from './onboarding-states.ts';
import { allows, refuses } from './proof.ts';
import { useStage } from './stage.ts';

describe.each(BACKENDS)('onboarding on %s', (backend) => {
  const stage = useStage(backend);
  areGoverned(stage, 'BI-ONBOARD-002', (tenant) => onboarding(tenant, 'request_confirmation'));
  stepsLead(stage);
  allows(stage, onboardingPositives);
  refuses(stage, onboardingNegatives);
  takesNoFacts(stage, 'account_onboarding.write', onboardingWrites);
  staysAtHome(stage, ['account_onboarding.write', 'account_onboarding.query']);
  failClosed(stage, backend, onboardingFacts);
  checksFailClosed(stage, onboardingFacts);
  chainsHold(stage);
});

describe('races of onboarding, on PostgreSQL', () => {
  const stage = useStage('postgres');
  onboardingRaces(stage);
  countersHold(stage);
  chainsHold(stage);
});
