import type { Route } from '../http/route.ts';

export const accountOnboardingRoutes: readonly Route[] = [
  { method: 'GET', path: '/tenants/{id}/onboarding', operation: ['account_onboarding.query', 'get'], tenant: 'id', success: 200 },
  {
    method: 'POST', path: '/tenants/{id}/onboarding/force-complete', operation: ['account_onboarding.write', 'force_complete'], tenant: 'id', success: 200,
    example: { reason: 'Their provider has no probe that answers; seen by us on the phone.' },
  },
  { method: 'GET', path: '/onboarding/stalled', operation: ['account_onboarding.query', 'stalled'], query: ['limit', 'cursor', 'idleSeconds'], success: 200 },
];
