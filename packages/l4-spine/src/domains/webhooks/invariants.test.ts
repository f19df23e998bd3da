import { describe, expect, test } from 'vitest';
import { admin, operator, requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { missing } from '../../kernel/invariant.ts';
import { webhookOfActiveTenant } from './invariants.ts';

const TENANTS = (['FREE', 'PRO', 'ENTERPRISE'] as const).flatMap((plan) => (['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const).map((status) => ({ plan, status })));

describe('BI-WEBHOOK-001', () => {
  test.each(TENANTS)('a tenant that is $status, on $plan, gets an endpoint only when that is ACTIVE', ({ plan, status }) => {
    expect(webhookOfActiveTenant.holds({ tenant: tenantRow({ plan, status }) }, requestOf({}))).toBe(status === 'ACTIVE' ? true : `the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(webhookOfActiveTenant.holds({ tenant: null }, requestOf({}))).toEqual(missing('the tenant does not exist'));
  });
  test.each([['an admin', admin], ['an operator', operator]] as const)('nobody is spared, not %s either', (_who, principal) => {
    expect(webhookOfActiveTenant.holds({ tenant: tenantRow({ status: 'SUSPENDED' }) }, requestOf({}, { principal }))).toBe('the tenant is SUSPENDED');
  });
});
