import { describe, expect, test } from 'vitest';
import { admin, NOW, operator, projectRow, requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { scansOf } from '../../../test/fixtures/scans.ts';
import { missing } from '../../kernel/invariant.ts';
import {
  noLiveKeyAfterTermination, projectCanBeArchived, projectOfActiveTenant, projectsWithinPlan, tenantAllowsStep, tenantAwaitsProvisioning, tenantCanBeLimited,
  tenantCanBeTerminated, tenantOfOrganization,
} from './invariants.ts';

const NO_TENANT = missing('the tenant does not exist');
const STATUSES = ['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const;
const PLANS = ['FREE', 'PRO', 'ENTERPRISE'] as const;
/** A plan changes quotas and nothing else: the rules of the lifecycle are the same on each. */
const TENANTS = PLANS.flatMap((plan) => STATUSES.map((status) => ({ plan, status })));
const request = requestOf({});

describe('BI-TENANT-001', () => {
  test.each(TENANTS)('a tenant that is $status, on $plan, gets a project only when that is ACTIVE', ({ plan, status }) => {
    expect(projectOfActiveTenant.holds({ tenant: tenantRow({ plan, status }) }, request)).toBe(status === 'ACTIVE' ? true : `the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(projectOfActiveTenant.holds({ tenant: null }, request)).toEqual(NO_TENANT);
  });
});

describe('the scans', () => {
  test('BI-TENANT-001 finds the ACTIVE projects that the tenant may not have, each with the reason', async () => {
    const asked: unknown[] = [];
    const scans = scansOf({
      projectsOfInactiveTenants: async (...question) => {
        asked.push(question);
        return [{ tenantId: 'tnt_1', subject: 'prj_1', tenantStatus: 'SUSPENDED' }];
      },
    });
    expect(await projectOfActiveTenant.scan({ tenantId: 'tnt_1', scans }, NOW)).toEqual([{ tenantId: 'tnt_1', subject: 'prj_1', message: 'an ACTIVE project of a tenant that is SUSPENDED' }]);
    // Of the tenant whose scan it is, and of no other.
    expect(asked).toEqual([['tnt_1']]);
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
  test.each([[''], [' '], ['\t\n'], ['\u3164'], ['\u2800 ']])('a blank name, %j, is no name', (name) => {
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
  test.each(TENANTS)('a tenant that is $status, on $plan, may be terminated as far as this rule goes, unless it is CREATING', ({ plan, status }) => {
    expect(tenantCanBeTerminated.holds({ tenant: tenantRow({ plan, status }), liveKeyCounts }, request)).toBe(status === 'CREATING' ? 'the tenant is CREATING' : true);
  });
  test('a tenant that does not exist is missing', () => {
    expect(tenantCanBeTerminated.holds({ tenant: null, liveKeyCounts }, request)).toEqual(NO_TENANT);
  });
});

describe('BI-TENANT-004', () => {
  const allowed = ['ACTIVE suspend', 'SUSPENDED resume', 'ACTIVE terminate', 'SUSPENDED terminate', 'TERMINATED archive'];
  const steps = ['suspend', 'resume', 'terminate', 'archive'] as const;
  test.each(TENANTS.flatMap((tenant) => steps.map((step) => ({ ...tenant, step }))))('$status, $step, on $plan: as the lifecycle table has it', ({ plan, status, step }) => {
    const answer = tenantAllowsStep.holds({ tenant: tenantRow({ plan, status }) }, requestOf({ step }));
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
    ['FREE', 3, 2, true],
    ['FREE', 3, 3, 'the tenant has 3 ACTIVE projects, and its plan FREE allows 3'],
    ['FREE', 3, 4, 'the tenant has 4 ACTIVE projects, and its plan FREE allows 3'],
    ['PRO', 20, 19, true],
    ['PRO', 20, 20, 'the tenant has 20 ACTIVE projects, and its plan PRO allows 20'],
    ['ENTERPRISE', 100, 99, true],
    ['ENTERPRISE', 100, 100, 'the tenant has 100 ACTIVE projects, and its plan ENTERPRISE allows 100'],
    // A quota is what the plan says it is, also where that is nothing at all.
    ['CLOSED', 0, 0, 'the tenant has 0 ACTIVE projects, and its plan CLOSED allows 0'],
  ])('on %s, which allows %i, with %i projects: %s', (plan, maxProjects, activeProjectCount, answer) => {
    const tenant = tenantRow({ plan, quotas: { ...tenantRow().quotas, maxProjects } });
    expect(projectsWithinPlan.holds({ tenant, activeProjectCount }, request)).toBe(answer);
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
  test.each(TENANTS)('a tenant that is $status, on $plan, may be provisioned only when that is CREATING', ({ plan, status }) => {
    expect(tenantAwaitsProvisioning.holds({ tenant: tenantRow({ plan, status }) }, request)).toBe(status === 'CREATING' ? true : `the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(tenantAwaitsProvisioning.holds({ tenant: null }, request)).toEqual(NO_TENANT);
  });
});

describe('BI-TENANT-009', () => {
  test.each(TENANTS)('a tenant that is $status, on $plan, gets limits only when that is ACTIVE or SUSPENDED', ({ plan, status }) => {
    expect(tenantCanBeLimited.holds({ tenant: tenantRow({ plan, status }) }, request)).toBe(status === 'ACTIVE' || status === 'SUSPENDED' ? true : `the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(tenantCanBeLimited.holds({ tenant: null }, request)).toEqual(NO_TENANT);
  });
});

describe.each([['an admin', admin], ['an operator', operator]] as const)('nobody is spared, not %s either', (_who, principal) => {
  const asked = requestOf({}, { principal });
  const over = { tenant: tenantRow(), activeProjectCount: 3 };
  const blank = requestOf({ organizationId: 'org_1', name: ' ' }, { principal });
  const organization = { id: 'org_1', name: 'Acme', createdAt: NOW };
  const creating = { tenant: tenantRow({ status: 'CREATING' }), liveKeyCounts: { service: 0, management: 0 } };
  test.each([
    [projectOfActiveTenant.id, () => projectOfActiveTenant.holds({ tenant: tenantRow({ status: 'SUSPENDED' }) }, asked), 'the tenant is SUSPENDED'],
    [tenantOfOrganization.id, () => tenantOfOrganization.holds({ organization }, blank), 'the name is blank'],
    [tenantCanBeTerminated.id, () => tenantCanBeTerminated.holds(creating, asked), 'the tenant is CREATING'],
    [tenantAllowsStep.id, () => tenantAllowsStep.holds({ tenant: tenantRow() }, requestOf({ step: 'archive' }, { principal })), 'the tenant is ACTIVE'],
    [noLiveKeyAfterTermination.id, () => noLiveKeyAfterTermination.holds({ liveKeys: 1 }, asked), 'the tenant still has 1 live keys'],
    [projectsWithinPlan.id, () => projectsWithinPlan.holds(over, asked), 'the tenant has 3 ACTIVE projects'],
    [projectCanBeArchived.id, () => projectCanBeArchived.holds({ project: projectRow({ status: 'ARCHIVED' }), activeProjectCount: 1 }, asked), 'the project is ARCHIVED'],
    [tenantAwaitsProvisioning.id, () => tenantAwaitsProvisioning.holds({ tenant: tenantRow() }, asked), 'the tenant is ACTIVE'],
    [tenantCanBeLimited.id, () => tenantCanBeLimited.holds({ tenant: tenantRow({ status: 'ARCHIVED' }) }, asked), 'the tenant is ARCHIVED'],
  ])('by %s', (_id, answer, sentence) => {
    expect(answer()).toContain(sentence);
  });
});
