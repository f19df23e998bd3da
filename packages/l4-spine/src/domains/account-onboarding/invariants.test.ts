import type { StepEvidence } from '@hoc/l5-engines/account/onboarding-step';
import { describe, expect, test } from 'vitest';
import { integrationRow } from '../../../test/fixtures/integrations.ts';
import { admin, after, NOW, operator, projectRow, requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { missing } from '../../kernel/invariant.ts';
import type { StepInput } from './facts.ts';
import { predicatesHold, stepIsNext } from './invariants.ts';

const NO_TENANT = missing('the tenant does not exist');
const NOTHING: StepEvidence = { confirmation: null, challenge: null, presentedKey: null, serviceKeys: [], recorded: [] };
const onboardingOf = (state: 'CREATED' | 'IDENTITY_VERIFIED' | 'API_KEY_CREATED' | 'COMPLETE') =>
  ({ tenantId: 'tnt_1', state, updatedAt: new Date(0), completedAt: null, completedBy: null, forcedReason: null });
const asking = (input: StepInput) => requestOf(input);
const ROW = { tenantId: 'tnt_1', digest: 'd', pepperId: 'p1', usedAt: null, createdAt: NOW };
const CHALLENGE = { ...ROW, id: 'att_1', expiresAt: after(60), keyId: null, createdBy: { plane: 'cus', id: 'key_admin', name: 'admin' } } as const;
/** A plan changes quotas and nothing else. */
const PLANS = ['FREE', 'PRO', 'ENTERPRISE'] as const;
/** Whoever asks is held to the rule. */
const WHO = [['an admin', admin], ['an operator', operator]] as const;

describe('BI-ONBOARD-001', () => {
  const onboardingEvidence = { serviceKeys: [{ id: 'key_1', projectId: null, permissions: [], expiresAt: null }], projects: [], integrations: [], answered: [] };
  test('says what does not hold', () => {
    expect(predicatesHold.holds({ tenant: tenantRow({}), onboardingEvidence }, requestOf({}))).toBe(
      'these do not hold: project_ready (an ACTIVE project), connector_validated (an ENABLED integration whose last probe succeeded), sdk_attested (the attestation of an SDK)',
    );
  });
  const complete = { ...onboardingEvidence, projects: [projectRow()], integrations: [integrationRow({ lastProbeOk: true })], answered: [{ ...CHALLENGE, usedAt: NOW, keyId: 'key_1' }] };
  test.each(PLANS)('holds by the rows that are there, on %s, and breaks where one of them is not', (plan) => {
    const judge = (rows: typeof complete, status: 'ACTIVE' | 'SUSPENDED' = 'ACTIVE') => predicatesHold.holds({ tenant: tenantRow({ plan, status }), onboardingEvidence: rows }, requestOf({}));
    expect(judge(complete)).toBe(true);
    for (const kind of ['serviceKeys', 'projects', 'integrations', 'answered'] as const) expect(judge({ ...complete, [kind]: [] }), kind).toContain('these do not hold: ');
    expect(judge(complete, 'SUSPENDED')).toBe('these do not hold: key_ready (a service key that would verify now)');
  });
  test('breaks by a key that has expired while the locks were waited for', () => {
    const judge = (ms: number) =>
      predicatesHold.holds({ tenant: tenantRow({}), onboardingEvidence: { ...complete, serviceKeys: [{ id: 'key_1', projectId: null, permissions: [], expiresAt: new Date(NOW.getTime() + ms) }] } }, requestOf({}));
    expect([judge(1), judge(0)]).toEqual([true, 'these do not hold: key_ready (a service key that would verify now)']);
  });
  test.each(WHO)('nobody is spared, not %s either', (_who, principal) => {
    expect(predicatesHold.holds({ tenant: tenantRow({}), onboardingEvidence }, requestOf({}, { principal }))).toContain('these do not hold: ');
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
  test('a presented token or nonce takes its step, and is judged now: what expires at this instant counts for nothing', () => {
    const confirmation = (expiresAt: Date) => ({ ...ROW, id: 'cnf_1', address: 'a@example.org', expiresAt });
    expect(judge('confirm_contact', 'CREATED', { confirmation: confirmation(after(1)) })).toBe(true);
    expect(judge('confirm_contact', 'CREATED', { confirmation: confirmation(NOW) })).toBe('the token is none that confirms the contact address now');
    const challenge = (expiresAt: Date) => ({ ...CHALLENGE, expiresAt });
    const presentedKey = { id: 'key_1', isUsable: true };
    expect(judge('attest_sdk', 'API_KEY_CREATED', { challenge: challenge(after(1)), presentedKey })).toBe(true);
    expect(judge('attest_sdk', 'API_KEY_CREATED', { challenge: challenge(NOW), presentedKey })).toBe('the nonce is none that can be answered now');
  });
  test.each(PLANS)('is the same on %s', (plan) => {
    const facts = { tenant: tenantRow({ plan }), onboarding: onboardingOf('IDENTITY_VERIFIED'), stepEvidence: NOTHING };
    expect(stepIsNext.holds(facts, asking({ step: 'advance' }))).toBe('the tenant has no service key in use');
  });
  test.each(WHO)('nobody is spared, not %s either', (_who, principal) => {
    const facts = { tenant: tenantRow(), onboarding: onboardingOf('COMPLETE'), stepEvidence: NOTHING };
    expect(stepIsNext.holds(facts, requestOf({ step: 'force_complete' } satisfies StepInput, { principal }))).toBe('the onboarding is COMPLETE already');
  });
  test('a breach is 409', () => {
    expect(stepIsNext.status).toBe(409);
  });
});
