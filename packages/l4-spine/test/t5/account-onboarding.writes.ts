import type { ReadyWrite } from './bypass.ts';
import { attestBy, carrierOf, confirmBy, force, keyOf, newcomer, newNonce, onboarding, plantState, sentToken } from './onboarding-states.ts';

/** Every write of the onboarding domain, in a state in which it goes through. */
export const onboardingWrites: readonly ReadyWrite[] = [
  { method: 'request_confirmation', arrange: async (stage) => onboarding(await newcomer(stage, 'CREATED'), 'request_confirmation') },
  {
    method: 'confirm_contact',
    arrange: async (stage) => {
      const tenant = await newcomer(stage, 'CREATED');
      return confirmBy(tenant, await sentToken(stage, tenant));
    },
  },
  {
    method: 'advance',
    arrange: async (stage) => {
      const tenant = await newcomer(stage, 'API_KEY_CREATED');
      await plantState(stage, tenant, 'IDENTITY_VERIFIED');
      return onboarding(tenant, 'advance');
    },
  },
  { method: 'create_challenge', arrange: async (stage) => onboarding(await newcomer(stage, 'CREATED'), 'create_challenge') },
  {
    method: 'attest_sdk',
    arrange: async (stage) => {
      const tenant = await newcomer(stage, 'API_KEY_CREATED');
      return attestBy(await carrierOf(stage, keyOf(tenant)), await newNonce(stage, tenant));
    },
  },
  { method: 'complete', arrange: async (stage) => onboarding(await newcomer(stage, 'SDK_CONNECTED'), 'complete') },
  { method: 'force_complete', arrange: async (stage) => force(stage, await newcomer(stage, 'CREATED')) },
];
