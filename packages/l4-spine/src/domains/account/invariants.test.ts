import { describe, expect, test } from 'vitest';
import { NOW, projectRow, requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { scansOf } from '../../../test/fixtures/scans.ts';
import { missing } from '../../kernel/invariant.ts';
import {
  noLiveKeyAfterTermination, projectCanBeArchived, projectOfActiveTenant, projectsWithinPlan, tenantAllowsStep, tenantAwaitsProvisioning, tenantCanBeTerminated, tenantOfOrganization,
} from './invariants.ts';

const NO_TENANT = missing('the tenant does not exist');
const STATUSES = ['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const;
const request = requestOf({});

describe('BI-TENANT-001', () => {
  test.each(STATUSES)('a tenant that is %s gets a project only when that is ACTIVE', (status) => {
    expect(projectOfActiveTenant.holds({ tenant: tenantRow({ status }) }, request)).toBe(status === 'ACTIVE' ? true : `the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(projectOfActiveTenant.holds({ tenant: null }, request)).toEqual(NO_TENANT);
  });
});

describe('the scans', () => {
  test('BI-TENANT-001 finds the ACTIVE projects that the tenant may not have, each with the reason', async () => {
    const scans = scansOf({ projectsOfInactiveTenants: async (tenantId) => [{ tenantId, subject: 'prj_1', tenantStatus: 'SUSPENDED' }] });
    expect(await projectOfActiveTenant.scan({ tenantId: 'tnt_1', scans }, NOW)).toEqual([{ tenantId: 'tnt_1', subject: 'prj_1', message: 'an ACTIVE project of a tenant that is SUSPENDED' }]);
  });

  test('BI-TENANT-005 finds the keys that are live now, though the tenant has ended', async () => {
    const asked: unknown[] = [];
    const scans = scansOf({
      liveKeysOfEndedTenant: async (...question) => {
        asked.push(question);
        return [{ tenantId: 'tnt_1', subject: 'key_1', tenantStatus: 'TERMINATED' }];
      },
    });
    expect(await noLiveKeyAfterTermination.scan({ tenantId: 'tnt_1', scans }, NOW)).toEqual([{ tenantId: 'tnt_1', subject: 'key_1', message: 'a live key of a tenant that is TERMINATED' }]);
    expect(asked).toEqual([['tnt_1', NOW]]);
  });
});

describe('BI-TENANT-002', () => {
  const organization = { id: 'org_1', name: 'Acme', createdAt: new Date(0) };
  const asked = (name: string): Parameters<typeof tenantOfOrganization.holds>[1] => requestOf({ organizationId: 'org_1', name });
  test('an organization that does not exist is missing', () => {
    expect(tenantOfOrganization.holds({ organization: null }, asked('Acme'))).toEqual(missing('the organization does not exist'));
  });
  test.each([[''], [' '], ['\t\n']])('a blank name, %j, is no name', (name) => {
    expect(tenantOfOrganization.holds({ organization }, asked(name))).toBe('the name is blank');
  });
  test('a name of an existing organization holds', () => {
    expect(tenantOfOrganization.holds({ organization }, asked('Acme'))).toBe(true);
  });
  test('a breach is 422', () => {
    expect(tenantOfOrganization.status).toBe(422);
  });
});

describe('BI-TENANT-003', () => {
  const liveKeyCounts = { service: 0, management: 1 };
  test.each(STATUSES)('a tenant that is %s may be terminated as far as this rule goes, unless it is CREATING', (status) => {
    expect(tenantCanBeTerminated.holds({ tenant: tenantRow({ status }), liveKeyCounts }, request)).toBe(status === 'CREATING' ? 'the tenant is CREATING' : true);
  });
  test('a tenant that does not exist is missing', () => {
    expect(tenantCanBeTerminated.holds({ tenant: null, liveKeyCounts }, request)).toEqual(NO_TENANT);
  });
});

describe('BI-TENANT-004', () => {
  const allowed = ['ACTIVE suspend', 'SUSPENDED resume', 'ACTIVE terminate', 'SUSPENDED terminate', 'TERMINATED archive'];
  const steps = ['suspend', 'resume', 'terminate', 'archive'] as const;
  test.each(STATUSES.flatMap((status) => steps.map((step) => [status, step] as const)))('%s, %s: as the lifecycle table has it', (status, step) => {
    const answer = tenantAllowsStep.holds({ tenant: tenantRow({ status }) }, requestOf({ step }));
    if (allowed.includes(`${status} ${step}`)) expect(answer).toBe(true);
    else expect(answer).toContain(`the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(tenantAllowsStep.holds({ tenant: null }, requestOf({ step: 'suspend' }))).toEqual(NO_TENANT);
  });
});

describe('BI-TENANT-005', () => {
  test('is judged after the handler, and one live key left breaks it', () => {
    expect(noLiveKeyAfterTermination.phase).toBe('after');
    expect(noLiveKeyAfterTermination.status).toBe(500);
    expect(noLiveKeyAfterTermination.holds({ liveKeys: 0 }, request)).toBe(true);
    expect(noLiveKeyAfterTermination.holds({ liveKeys: 1 }, request)).toBe('the tenant still has 1 live keys');
  });
});

describe('BI-TENANT-006', () => {
  test.each([
    [2, true],
    [3, 'the tenant has 3 ACTIVE projects, and its plan FREE allows 3'],
    [4, 'the tenant has 4 ACTIVE projects, and its plan FREE allows 3'],
  ])('with %i projects of three: %s', (activeProjectCount, answer) => {
    expect(projectsWithinPlan.holds({ tenant: tenantRow(), activeProjectCount }, request)).toBe(answer);
  });
  test('a missing tenant is left to BI-TENANT-001, so that a monitored rule is not blocked by this one', () => {
    expect(projectsWithinPlan.holds({ tenant: null, activeProjectCount: 9 }, request)).toBe(true);
  });
});

describe('BI-TENANT-007', () => {
  const asked = requestOf({ projectId: 'prj_1' });
  test('only an ACTIVE project that exists may be archived', () => {
    expect(projectCanBeArchived.holds({ project: projectRow(), activeProjectCount: 1 }, asked)).toBe(true);
    expect(projectCanBeArchived.holds({ project: projectRow({ status: 'ARCHIVED' }), activeProjectCount: 1 }, asked)).toBe('the project is ARCHIVED');
    expect(projectCanBeArchived.holds({ project: null, activeProjectCount: 1 }, asked)).toEqual(missing('the project does not exist in this tenant'));
  });
});

describe('BI-TENANT-008', () => {
  test.each(STATUSES)('a tenant that is %s may be provisioned only when that is CREATING', (status) => {
    expect(tenantAwaitsProvisioning.holds({ tenant: tenantRow({ status }) }, request)).toBe(status === 'CREATING' ? true : `the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(tenantAwaitsProvisioning.holds({ tenant: null }, request)).toEqual(NO_TENANT);
  });
});
