import {
  activeProjectCount, organizationUnderShareLock, projectUnderUpdateLock, tenantUnderShareLock, tenantUnderUpdateLock,
} from '@hoc/l4-spine/domains/account/facts';
import { liveKeyCounts, liveKeys } from '@hoc/l4-spine/domains/api-keys/facts';
import type { FaultyFact } from './faults.ts';
import { limitOwners, limitTenant } from './tenant.cases.ts';
import { archiveProject, createProject, suspend, onTenant, type Ask, type Stage } from './stage.ts';

const terminate = async (stage: Stage): Promise<Ask> => onTenant(stage, 'terminate_tenant', await stage.tenant());
const archive = async (stage: Stage): Promise<Ask> => {
  const tenant = await stage.tenant();
  return archiveProject(tenant, await stage.project(tenant));
};

/** Every fact of the account domain's rules, in each write that reads it in another way. */
export const tenantFacts: readonly FaultyFact[] = [
  {
    fact: tenantUnderShareLock, needed: 'create a project', rules: ['BI-TENANT-001', 'BI-TENANT-006'], monitored: 'FAILED', arrange: async (stage) => createProject(await stage.tenant()),
  },
  {
    fact: activeProjectCount, needed: 'create a project', rules: ['BI-TENANT-006'], monitored: 'COMMITTED', arrange: async (stage) => createProject(await stage.tenant()),
  },
  {
    fact: activeProjectCount, needed: 'archive a project', rules: ['BI-TENANT-007'], monitored: 'COMMITTED', arrange: archive,
  },
  { fact: projectUnderUpdateLock, needed: 'archive a project', rules: ['BI-TENANT-007'], monitored: 'FAILED', arrange: archive },
  {
    fact: organizationUnderShareLock, needed: 'create a tenant', rules: ['BI-TENANT-002'], monitored: 'FAILED',
    arrange: async (stage) =>
      stage.byOperator('account.write', 'create_tenant', { organizationId: stage.organizationId, name: 'Another', plan: 'FREE', contactEmail: 'a@example.com' }),
  },
  {
    fact: tenantUnderUpdateLock, needed: 'suspend it', rules: ['BI-TENANT-004'], monitored: 'FAILED', arrange: async (stage) => suspend(stage, await stage.tenant()),
  },
  {
    fact: tenantUnderUpdateLock, needed: 'provision it', rules: ['BI-TENANT-008'], monitored: 'FAILED',
    arrange: async (stage) => stage.byOperator('account.write', 'provision_tenant', {}, (await stage.tenant({ status: 'CREATING' })).id),
  },
  { fact: tenantUnderUpdateLock, needed: 'limit it', rules: ['BI-TENANT-009'], monitored: 'COMMITTED', arrange: async (stage) => limitTenant(stage, await stage.tenant()) },
  { fact: tenantUnderUpdateLock, needed: 'limit its owners', rules: ['BI-TENANT-009'], monitored: 'COMMITTED', arrange: async (stage) => limitOwners(await stage.tenant()) },
  { fact: tenantUnderUpdateLock, needed: 'terminate it', rules: ['BI-TENANT-003', 'BI-TENANT-004'], monitored: 'FAILED', arrange: terminate },
  { fact: liveKeyCounts, needed: 'terminate a tenant', rules: ['BI-TENANT-003'], monitored: 'FAILED', arrange: terminate },
  { fact: liveKeys, needed: 'terminate a tenant', rules: ['BI-TENANT-005'], monitored: 'COMMITTED', arrange: terminate },
];
