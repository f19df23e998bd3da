import type { WriteScope } from '@hoc/l5-engines/scope';
import { fact } from '../../kernel/fact.ts';
import type { Request } from '../../kernel/request.ts';

/** The organization that the input names; null where nobody has that id. */
export const organizationUnderShareLock = fact({
  name: 'organization',
  lock: 'share',
  resolve: (scope: WriteScope, { input }: Request<{ readonly organizationId: string }>) => scope.organizations.lockForShare(input.organizationId),
});

/** The tenant with its plan's quotas, kept from changing while others may read it so too. Null where there is none. */
export const tenantUnderShareLock = fact({
  name: 'tenant',
  lock: 'share',
  resolve: (scope: WriteScope, { tenantId }) => scope.tenants.lockForShare(tenantId),
});

/**
 * The tenant for writes that change it. No operation brings both this and {@link tenantUnderShareLock}: a share lock
 * that is raised to an update lock deadlocks, and the registry refuses two facts of one name.
 */
export const tenantUnderUpdateLock = fact({
  name: 'tenant',
  lock: 'update',
  resolve: (scope: WriteScope, { tenantId }) => scope.tenants.lockForUpdate(tenantId),
});

/** How many ACTIVE projects the tenant has, the default one included. */
export const activeProjectCount = fact({
  name: 'activeProjectCount',
  lock: 'update',
  resolve: (scope: WriteScope, { tenantId }) => scope.counters.lock(tenantId, 'ACTIVE_PROJECTS'),
});

/** The project that the input names; null where this tenant has none of that id. */
export const projectUnderUpdateLock = fact({
  name: 'project',
  lock: 'update',
  resolve: (scope: WriteScope, { tenantId, input }: Request<{ readonly projectId: string }>) => scope.projects.lockForUpdate(tenantId, input.projectId),
});
