import { expect, test } from 'vitest';
import { admitsOnboarding, isAhead, NEXT_STATE, ONBOARDING_STEPS, WAY_TO, type OnboardingState } from './onboarding.ts';

const WAY = ['CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED', 'COMPLETE'] as const satisfies readonly OnboardingState[];

test('the way is that of DOMAIN.md, forward by exactly one step', () => {
  expect(NEXT_STATE).toEqual({
    CREATED: 'IDENTITY_VERIFIED', IDENTITY_VERIFIED: 'API_KEY_CREATED', API_KEY_CREATED: 'SDK_CONNECTED', SDK_CONNECTED: 'COMPLETE', COMPLETE: null,
  });
});

test('a state is ahead of all before it, and of none else', () => {
  for (const [from, state] of WAY.entries()) for (const [to, target] of WAY.entries()) expect(isAhead(state, target), `${state} ${target}`).toBe(to > from);
});

test('each state but the first says by which method it is reached, and what that needs', () => {
  expect(Object.entries(WAY_TO).map(([state, { method }]) => [state, method])).toEqual([
    ['IDENTITY_VERIFIED', 'confirm_contact'], ['API_KEY_CREATED', 'advance'], ['SDK_CONNECTED', 'attest_sdk'], ['COMPLETE', 'complete'],
  ]);
  for (const { needs } of Object.values(WAY_TO)) expect(needs).not.toBe('');
});

test.each(ONBOARDING_STEPS)('an ACTIVE tenant may take the step %s; of the others, a SUSPENDED one may be forced, and no more', (step) => {
  expect(admitsOnboarding('ACTIVE', step)).toBe(true);
  expect(admitsOnboarding('SUSPENDED', step)).toBe(step === 'force_complete' ? true : 'the tenant is SUSPENDED');
  for (const status of ['CREATING', 'TERMINATED', 'ARCHIVED'] as const) expect(admitsOnboarding(status, step)).toBe(`the tenant is ${status}`);
});
