import { expect, test } from 'vitest';
import { NOW } from '../../test/key.ts';
import { newTenant } from './tenant.ts';

test('a tenant is born CREATING: whatever brings things to life refuses it until it is provisioned', () => {
  const parts = { id: 'tnt_1', organizationId: 'org_1', name: 'Acme', plan: 'FREE', locator: 'abcde', contactEmail: 'a@example.com' };
  expect(newTenant({ ...parts, now: NOW })).toEqual({ ...parts, status: 'CREATING', rateLimits: [], ownerRateLimits: [], createdAt: NOW, updatedAt: NOW });
});
