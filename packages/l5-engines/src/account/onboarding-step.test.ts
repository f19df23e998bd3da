import { describe, expect, test } from 'vitest';
import { after, NOW, operator } from '../../test/key.ts';
import { allowsUnevidenced, decideStep, type AdvancingStep, type Situation, type StepEvidence } from './onboarding-step.ts';
import type { OnboardingState } from './onboarding.ts';

const STATES = ['CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED', 'COMPLETE'] as const satisfies readonly OnboardingState[];
const confirmation = { tenantId: 'tnt_1', id: 'cnf_1', address: 'a@b.example', digest: 'd', pepperId: 'p', expiresAt: after(60), usedAt: null, createdAt: NOW };
const challenge = { tenantId: 'tnt_1', id: 'att_1', digest: 'd', pepperId: 'p', expiresAt: after(60), usedAt: null, keyId: null, createdBy: operator, createdAt: NOW };
const all: StepEvidence = { confirmation, challenge, presentedKey: { id: 'key_1', isUsable: true }, serviceKeys: ['key_1', 'key_2'], recorded: ['CONTACT_CONFIRMED', 'SDK_ATTESTED'] };

const decide = (step: AdvancingStep, state: OnboardingState, but: Partial<StepEvidence> = {}, contactEmail = 'a@b.example') =>
  decideStep({ state, contactEmail, evidence: { ...all, ...but } } satisfies Situation, step, NOW);
const refused = (code: string, breach: string) => ({ ok: false, code, breach });

describe('each step, with all evidence there, is taken from the state before it alone', () => {
  test.each([
    ['confirm_contact', 'CREATED', 'IDENTITY_VERIFIED', { kind: 'CONTACT_CONFIRMED', subject: 'cnf_1' }],
    ['attest_sdk', 'API_KEY_CREATED', 'SDK_CONNECTED', { kind: 'SDK_ATTESTED', subject: 'att_1' }],
  ] as const)('%s from %s to %s', (step, from, to, evidence) => {
    for (const state of STATES) {
      if (state === from) expect(decide(step, state)).toEqual({ ok: true, to, evidence });
      else expect(decide(step, state), state).toMatchObject({ ok: false, code: 'NOT_NEXT_STEP' });
    }
  });

  test('advance from each, but to COMPLETE and past it; what is on record is not recorded again', () => {
    expect(STATES.map((state) => decide('advance', state))).toEqual([
      { ok: true, to: 'IDENTITY_VERIFIED', evidence: null },
      { ok: true, to: 'API_KEY_CREATED', evidence: { kind: 'SERVICE_KEY_CREATED', subject: 'key_1' } },
      { ok: true, to: 'SDK_CONNECTED', evidence: null },
      refused('NOT_NEXT_STEP', 'the onboarding is SDK_CONNECTED, and advancing is not its next step: that is complete'),
      refused('NOT_NEXT_STEP', 'the onboarding is COMPLETE: no step is left'),
    ]);
  });

  test('a refusal says where the onboarding stands, and what is next', () => {
    expect(decide('confirm_contact', 'IDENTITY_VERIFIED')).toEqual(
      refused('NOT_NEXT_STEP', 'the onboarding is IDENTITY_VERIFIED, and confirming the contact address is not its next step: that is advance'),
    );
    expect(decide('attest_sdk', 'COMPLETE')).toEqual(refused('NOT_NEXT_STEP', 'the onboarding is COMPLETE, and the attestation of an SDK is not its next step'));
  });
});

describe('a step without its evidence is not taken, and a guess learns nothing', () => {
  test.each<[string, Partial<StepEvidence>, string?]>([
    ['unknown', { confirmation: null }],
    ['used', { confirmation: { ...confirmation, usedAt: NOW } }],
    ['expired at this very instant', { confirmation: { ...confirmation, expiresAt: NOW } }],
    ['of another address', {}, 'new@b.example'],
  ])('a token that is %s', (_case, but, contactEmail) => {
    expect(decide('confirm_contact', 'CREATED', but, contactEmail)).toEqual(refused('EVIDENCE_MISSING', 'the token is none that confirms the contact address now'));
  });

  test.each<[string, Partial<StepEvidence>]>([
    ['unknown', { challenge: null }],
    ['answered', { challenge: { ...challenge, usedAt: NOW } }],
    ['expired at this very instant', { challenge: { ...challenge, expiresAt: NOW } }],
  ])('a nonce that is %s', (_case, but) => {
    expect(decide('attest_sdk', 'API_KEY_CREATED', but)).toEqual(refused('EVIDENCE_MISSING', 'the nonce is none that can be answered now'));
  });

  test.each<[string, Partial<StepEvidence>]>([
    ['is not there', { presentedKey: null }],
    ['would not verify', { presentedKey: { id: 'key_1', isUsable: false } }],
  ])('an attestation whose key %s', (_case, but) => {
    expect(decide('attest_sdk', 'API_KEY_CREATED', but)).toEqual(refused('EVIDENCE_MISSING', "the request carries no service key of the tenant's that verifies now"));
  });

  test('an advance', () => {
    expect(decide('advance', 'CREATED', { recorded: ['SDK_ATTESTED'] })).toEqual(refused('EVIDENCE_MISSING', 'the contact address is not confirmed'));
    expect(decide('advance', 'IDENTITY_VERIFIED', { serviceKeys: [] })).toEqual(refused('EVIDENCE_MISSING', 'the tenant has no service key in use'));
    expect(decide('advance', 'API_KEY_CREATED', { recorded: ['CONTACT_CONFIRMED'] })).toEqual(refused('EVIDENCE_MISSING', 'no SDK has attested'));
  });
});

test('what only prepares a step is allowed while that step is ahead; forcing, while anything is', () => {
  const allowed = (step: Parameters<typeof allowsUnevidenced>[1]) => STATES.map((state) => allowsUnevidenced(state, step));
  const confirmed = 'the contact address is confirmed already';
  expect(allowed('request_confirmation')).toEqual([true, confirmed, confirmed, confirmed, confirmed]);
  expect(allowed('create_challenge')).toEqual([true, true, true, 'an SDK is connected already', 'an SDK is connected already']);
  expect(allowed('force_complete')).toEqual([true, true, true, true, 'the onboarding is COMPLETE already']);
});
