import type { StepEvidence } from '@hoc/l5-engines/account/onboarding-step';
import { describe, expect, test } from 'vitest';
import { requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { missing } from '../../kernel/invariant.ts';
import type { StepInput } from './facts.ts';
import { predicatesHold, stepIsNext } from './invariants.ts';

const NO_TENANT = missing('the tenant does not exist');
const NOTHING: StepEvidence = { confirmation: null, challenge: null, presentedKey: null, serviceKeys: [], recorded: [] };
const onboardingOf = (state: 'CREATED' | 'IDENTITY_VERIFIED' | 'COMPLETE') =>
  ({ tenantId: 'tnt_1', state, updatedAt: new Date(0), completedAt: null, completedBy: null, forcedReason: null });
const asking = (input: StepInput) => requestOf(input);

describe('BI-ONBOARD-001', () => {
  const onboardingEvidence = { serviceKeys: [{ id: 'key_1', projectId: null, permissions: [] }], projects: [], integrations: [], answered: [] };
  test('says what does not hold', () => {
    expect(predicatesHold.holds({ tenant: tenantRow({}), onboardingEvidence }, requestOf({}))).toBe(
      'these do not hold: project_ready (an ACTIVE project), connector_validated (an ENABLED integration whose last probe succeeded), sdk_attested (the attestation of an SDK)',
    );
  });
  test('a tenant that does not exist is missing', () => {
    expect(predicatesHold.holds({ tenant: null, onboardingEvidence }, requestOf({}))).toEqual(NO_TENANT);
  });
  test('a breach is 409', () => {
    expect(predicatesHold.status).toBe(409);
  });
});

describe('BI-ONBOARD-002', () => {
  const judge = (step: StepInput['step'], state: Parameters<typeof onboardingOf>[0] = 'CREATED', but: Partial<StepEvidence> = {}, status: 'ACTIVE' | 'SUSPENDED' = 'ACTIVE') =>
    stepIsNext.holds({ tenant: tenantRow({ status }), onboarding: onboardingOf(state), stepEvidence: { ...NOTHING, ...but } }, asking({ step }));
  test('a tenant that does not exist is missing, one without an onboarding is refused', () => {
    expect(stepIsNext.holds({ tenant: null, onboarding: null, stepEvidence: NOTHING }, asking({ step: 'advance' }))).toEqual(NO_TENANT);
    expect(stepIsNext.holds({ tenant: tenantRow({}), onboarding: null, stepEvidence: NOTHING }, asking({ step: 'advance' }))).toBe('the tenant has no onboarding');
  });
  test.each(['confirm_contact', 'attest_sdk', 'advance', 'request_confirmation', 'create_challenge'] as const)('%s of a SUSPENDED tenant is refused before anything else', (step) => {
    expect(judge(step, 'COMPLETE', {}, 'SUSPENDED')).toBe('the tenant is SUSPENDED');
  });
  test('a step that leads on is judged by its evidence, one that does not by the state alone', () => {
    expect(judge('advance', 'IDENTITY_VERIFIED')).toBe('the tenant has no service key in use');
    expect(judge('advance', 'IDENTITY_VERIFIED', { serviceKeys: ['key_1'] })).toBe(true);
    expect(judge('confirm_contact')).toBe('the token is none that confirms the contact address now');
    expect(judge('attest_sdk')).toContain('is not its next step');
    expect(judge('request_confirmation')).toBe(true);
    expect(judge('request_confirmation', 'COMPLETE')).toBe('the contact address is confirmed already');
    expect(judge('create_challenge')).toBe(true);
    expect(judge('force_complete', 'CREATED', {}, 'SUSPENDED')).toBe(true);
    expect(judge('force_complete', 'COMPLETE')).toBe('the onboarding is COMPLETE already');
  });
  test('a breach is 409', () => {
    expect(stepIsNext.status).toBe(409);
  });
});
