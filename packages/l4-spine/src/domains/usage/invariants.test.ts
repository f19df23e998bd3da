import { describe, expect, test } from 'vitest';
import { admin, operator, requestOf } from '../../../test/fixtures/rows.ts';
import { PLATFORM } from '../../kernel/request.ts';
import { usageOfOneTenant } from './invariants.ts';

describe('BI-USAGE-001', () => {
  test.each([['an admin', admin], ['an operator', operator]] as const)('a read of one tenant by %s holds', (_who, principal) => {
    expect(usageOfOneTenant.holds({}, requestOf({}, { principal }))).toBe(true);
  });
  test.each([['an admin', admin], ['an operator', operator]] as const)('a read of all tenants at once by %s is refused', (_who, principal) => {
    expect(usageOfOneTenant.holds({}, requestOf({}, { principal, tenantId: PLATFORM }))).toBe('the request is not scoped to a tenant');
  });
});
