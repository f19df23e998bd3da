import type { ReadyWrite } from './bypass.ts';
import { archiveProject, createProject, onTenant, type TenantStatus } from './stage.ts';
import { limitOwners, limitTenant } from './tenant.cases.ts';

const transition = (method: 'suspend_tenant' | 'resume_tenant' | 'terminate_tenant' | 'archive_tenant', status: TenantStatus): ReadyWrite => ({
  method, arrange: async (stage) => onTenant(stage, method, await stage.tenant({ status })),
});

/** Every write of the account domain, in a state in which it goes through. */
export const accountWrites: readonly ReadyWrite[] = [
  { method: 'create_organization', arrange: async (stage) => stage.byOperator('account.write', 'create_organization', { name: 'Another' }) },
  {
    method: 'create_tenant', own: ['plan'],
    arrange: async (stage) =>
      stage.byOperator('account.write', 'create_tenant', { organizationId: stage.organizationId, name: 'Another', plan: 'FREE', contactEmail: 'a@example.com' }),
  },
  { method: 'provision_tenant', arrange: async (stage) => stage.byOperator('account.write', 'provision_tenant', {}, (await stage.tenant({ status: 'CREATING' })).id) },
  transition('suspend_tenant', 'ACTIVE'),
  transition('resume_tenant', 'SUSPENDED'),
  transition('terminate_tenant', 'ACTIVE'),
  transition('archive_tenant', 'TERMINATED'),
  { method: 'rewrap_data_keys', arrange: async (stage) => stage.byOperator('account.write', 'rewrap_data_keys', {}, (await stage.tenant()).id) },
  { method: 'set_rate_limits', arrange: async (stage) => limitTenant(stage, await stage.tenant()) },
  { method: 'set_owner_rate_limits', arrange: async (stage) => limitOwners(await stage.tenant()) },
  { method: 'create_project', arrange: async (stage) => createProject(await stage.tenant()) },
  {
    method: 'archive_project',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return archiveProject(tenant, await stage.project(tenant));
    },
  },
  { method: 'create_token', own: ['permissions'], arrange: async (stage) => stage.byOperator('account.write', 'create_token', { plane: 'int', name: 'a gateway' }) },
  {
    method: 'revoke_token',
    arrange: async (stage) => {
      const { id } = await stage.do<{ id: string }>(stage.byOperator('account.write', 'create_token', { plane: 'int', name: 'a gateway' }));
      return stage.byOperator('account.write', 'revoke_token', { tokenId: id });
    },
  },
];
