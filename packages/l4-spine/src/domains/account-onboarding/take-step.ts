import { decideStep, type AdvancingStep, type StepEvidence, type TakenStep } from '@hoc/l5-engines/account/onboarding-step';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { ok, type Outcome } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { notFound } from '../not-found.ts';
import type { OnboardingRow, TenantRow } from '../rows.ts';
import { notNextStep, notTaken, type NOT_TAKEN } from './not-taken.ts';
import { showOnboarding, type OnboardingShape } from './shapes.ts';

/** What a handler knows of the step that it is to take. */
interface Asked {
  readonly tenant: TenantRow | null;
  readonly onboarding: OnboardingRow | null;
  readonly evidence: StepEvidence;
  readonly step: AdvancingStep;
  readonly now: Date;
}

type Codes = keyof typeof NOT_TAKEN | 'NOT_FOUND';

/** Takes a step of an onboarding whose tenant is held for update: state, evidence and event. `spend` uses up what it stands on; false where that is spent. */
export async function takeStep(scope: WriteScope, { tenant, onboarding, evidence, step, now }: Asked, spend: () => Promise<boolean>): Promise<Outcome<OnboardingShape, Codes>> {
  if (tenant === null || onboarding === null) return notFound();
  const decided = decideStep({ state: onboarding.state, contactEmail: tenant.contactEmail, evidence }, step, now);
  if (!decided.ok) return notTaken(decided);
  if (!(await spend())) return notTaken({ code: 'EVIDENCE_MISSING', breach: 'what the step stands on was used before' });
  const row = await advanceTo(scope, onboarding, decided, now);
  return row === null ? notNextStep() : ok(showOnboarding(row), [advanced(onboarding.state, row, decided.evidence)]);
}

/** Moves the state from where it was read, and records why; null, and nothing recorded, where it stands elsewhere by now. */
async function advanceTo({ onboarding, onboardingEvidence }: WriteScope, from: OnboardingRow, { to, evidence }: TakenStep, now: Date): Promise<OnboardingRow | null> {
  const row = await onboarding.advance(from.tenantId, from.state, to, now);
  if (row !== null && evidence !== null) await onboardingEvidence.add({ tenantId: from.tenantId, id: newId('evd'), step: to, ...evidence, detail: {}, at: now });
  return row;
}

/** What the outbox tells of a step. */
export const advanced = (from: OnboardingRow['state'], row: OnboardingRow, evidence: TakenStep['evidence']) =>
  event('onboarding.advanced', { from, onboarding: showOnboarding(row), evidence });
