import type { TenantStatus } from './lifecycle.ts';
import type { Onboarding, OnboardingEvidence } from './rows.ts';

export type OnboardingState = Onboarding['state'];
export type EvidenceKind = OnboardingEvidence['kind'];

/** The transition table of DOMAIN.md: forward by exactly one step, never back. */
export const NEXT_STATE: {
  readonly CREATED: 'IDENTITY_VERIFIED';
  readonly IDENTITY_VERIFIED: 'API_KEY_CREATED';
  readonly API_KEY_CREATED: 'SDK_CONNECTED';
  readonly SDK_CONNECTED: 'COMPLETE';
  readonly COMPLETE: null;
} = {
  CREATED: 'IDENTITY_VERIFIED',
  IDENTITY_VERIFIED: 'API_KEY_CREATED',
  API_KEY_CREATED: 'SDK_CONNECTED',
  SDK_CONNECTED: 'COMPLETE',
  COMPLETE: null,
};

/** What takes a tenant to a state, as the API calls it; and what the step stands on. */
export const WAY_TO: Readonly<Record<Exclude<OnboardingState, 'CREATED'>, { readonly method: string; readonly needs: string }>> = {
  IDENTITY_VERIFIED: { method: 'confirm_contact', needs: 'the contact address, confirmed by the token that was sent to it' },
  API_KEY_CREATED: { method: 'advance', needs: 'a service key in use; creating one takes this step by itself' },
  SDK_CONNECTED: { method: 'attest_sdk', needs: "a fresh nonce, answered in a request that carries one of the tenant's service keys" },
  COMPLETE: { method: 'complete', needs: 'an ACTIVE project, a service key that verifies, an ENABLED integration whose last probe succeeded, and the attestation of an SDK' },
};

/** Everything that BI-ONBOARD-002 guards. Two of these only prepare a step; `force_complete` is an operator's. */
export const ONBOARDING_STEPS = ['request_confirmation', 'confirm_contact', 'advance', 'create_challenge', 'attest_sdk', 'force_complete'] as const;
export type OnboardingStep = (typeof ONBOARDING_STEPS)[number];

/** Whether the onboarding still has that state ahead of it. */
export const isAhead = (state: OnboardingState, target: OnboardingState): boolean => {
  for (let next: OnboardingState | null = NEXT_STATE[state]; next !== null; next = NEXT_STATE[next]) if (next === target) return true;
  return false;
};

/** Whether a tenant of this status may take the step: its own need it ACTIVE, an operator may finish what is not ended. */
export const admitsOnboarding = (status: TenantStatus, step: OnboardingStep): true | string =>
  status === 'ACTIVE' || (status === 'SUSPENDED' && step === 'force_complete') || `the tenant is ${status}`;
