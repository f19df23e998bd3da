import { describe, expect, test } from 'vitest';
import { admitsManagement, allowsTenantStep, isInUse, TENANT_STEPS, TENANT_TRANSITIONS, type TenantStatus } from './lifecycle.ts';

describe('the lifecycle table of DOMAIN.md', () => {
  test.each<[TenantStatus, Record<string, TenantStatus>]>([
    ['CREATING', { provision: 'ACTIVE' }],
    ['ACTIVE', { suspend: 'SUSPENDED', terminate: 'TERMINATED' }],
    ['SUSPENDED', { resume: 'ACTIVE', terminate: 'TERMINATED' }],
    ['TERMINATED', { archive: 'ARCHIVED' }],
    ['ARCHIVED', {}],
  ])('from %s only: %j', (status, steps) => {
    const allowed = TENANT_STEPS.filter((step) => allowsTenantStep(status, step) === true);
    expect(Object.fromEntries(allowed.map((step) => [step, TENANT_TRANSITIONS[step].to]))).toEqual(steps);
  });

  test('a refusal says what the tenant is and what the step needs', () => {
    expect(allowsTenantStep('CREATING', 'terminate')).toBe('the tenant is CREATING; terminate needs ACTIVE or SUSPENDED');
  });
});

test.each<[TenantStatus, boolean]>([
  ['CREATING', false],
  ['ACTIVE', true],
  ['SUSPENDED', true],
  ['TERMINATED', false],
  ['ARCHIVED', false],
])('a tenant that is %s is in use, and its management keys work: %s', (status, expected) => {
  expect([isInUse(status), admitsManagement(status)]).toEqual([expected, expected]);
});
