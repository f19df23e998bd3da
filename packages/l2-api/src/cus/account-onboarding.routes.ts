import type { Route } from '../http/route.ts';

export const accountOnboardingRoutes: readonly Route[] = [
  { method: 'GET', path: '/onboarding', operation: ['account_onboarding.query', 'get'], success: 200 },
  { method: 'POST', path: '/onboarding/contact-confirmations', operation: ['account_onboarding.write', 'request_confirmation'], success: 200 },
  {
    method: 'POST', path: '/onboarding/confirm-contact', operation: ['account_onboarding.write', 'confirm_contact'], success: 200,
    example: { token: 'hoc_contact_4fK2mZ8qR1tV6wX0yB3cD5eF7gH9jL2n' },
  },
  { method: 'POST', path: '/onboarding/advance', operation: ['account_onboarding.write', 'advance'], success: 200 },
  { method: 'POST', path: '/onboarding/attestation-challenges', operation: ['account_onboarding.write', 'create_challenge'], success: 201 },
  {
    method: 'POST', path: '/onboarding/attestations', operation: ['account_onboarding.write', 'attest_sdk'], caller: 'service key', success: 200,
    example: { nonce: '4fK2mZ8qR1tV6wX0yB3cD5eF7gH9jL2n' },
  },
  { method: 'POST', path: '/onboarding/complete', operation: ['account_onboarding.write', 'complete'], success: 200 },
];
