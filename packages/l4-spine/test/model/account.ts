import { KEY_ID, LOCATOR, ORGANIZATION_ID, PROJECT_ID, publicIdOf, TENANT_ID } from './answer.ts';
import { newModelKey, TOKEN } from './key.ts';
import { newestFirst } from './newest-first.ts';
import { actorOf, iso, type ReadModel, type WriteModel } from './operation.ts';
import { ALL_OF_CUS } from './permissions.ts';
import { asStored, hasNamesakes, type AskedLimit } from './rate-limit.ts';
import { denial, held, NOT_FOUND } from './rules.ts';
import { isLive, liveTowardsPlan, projectOf, quotasOf, type Json, type ModelProject, type ModelTenant, type TenantStatus } from './state.ts';
import { tokenShown } from './token-shown.ts';

export const showTenant = (tenant: ModelTenant): { readonly [name: string]: Json } => ({
  id: tenant.id, organizationId: tenant.organizationId, name: tenant.name, plan: tenant.plan, status: tenant.status, locator: tenant.locator,
  contactEmail: tenant.contactEmail, rateLimits: tenant.rateLimits, ownerRateLimits: tenant.ownerRateLimits, createdAt: iso(tenant.createdAt), updatedAt: iso(tenant.updatedAt),
});

export const showProject = (tenantId: string, project: ModelProject): { readonly [name: string]: Json } => ({
  id: project.id, tenantId, name: project.name, status: project.status, createdAt: iso(project.createdAt), updatedAt: iso(project.updatedAt),
});

const activeProjects = ({ projects }: ModelTenant): number => projects.filter(({ status }) => status === 'ACTIVE').length;

export const createOrganization: WriteModel<{ readonly name: string }> = {
  kind: 'write', address: ['account.write', 'create_organization'], anchor: 'organization.create', planes: ['fdr'],
  permission: 'hoc:organizations.create', tenancy: 'platform', isProtective: false,
  isMalformed: ({ name }) => name.trim() === '',
  rules: () => [],
  subject: (_question, answer) => idIn(answer),
  run: ({ state, now, input }) => (answer) => {
    const organization = { id: answer.text(ORGANIZATION_ID, 'id'), name: input.name.trim(), createdAt: now };
    state.organizations.push(organization);
    return { ...organization, createdAt: iso(now) };
  },
};

export const createTenant: WriteModel<{ readonly organizationId: string; readonly name: string; readonly plan: string; readonly contactEmail: string }> = {
  kind: 'write', address: ['account.write', 'create_tenant'], anchor: 'tenant.create', planes: ['fdr'],
  permission: 'hoc:tenants.create', tenancy: 'platform', isProtective: false,
  rules: ({ state, input }) => {
    if (!state.organizations.some(({ id }) => id === input.organizationId)) return [['BI-TENANT-002', 'MISSING']];
    return [['BI-TENANT-002', input.name.trim() === '' ? 'BROKEN' : 'HELD']];
  },
  subject: (_question, answer) => idIn(answer),
  run: ({ state, now, input }) => {
    if (!state.organizations.some(({ id }) => id === input.organizationId)) return NOT_FOUND;
    if (!['FREE', 'PRO', 'ENTERPRISE', 'TINY'].includes(input.plan)) return denial('PLAN_UNKNOWN', 422);
    return (answer) => {
      const tenant: ModelTenant = {
        ...input, id: answer.text(TENANT_ID, 'id'), name: input.name.trim(), status: 'CREATING', locator: answer.text(LOCATOR, 'locator'),
        rateLimits: [], ownerRateLimits: [],
        createdAt: now, updatedAt: now, hasCounters: false, hasDataKey: false, projects: [], keys: [],
        meters: { windows: new Map(), credits: new Map(), leases: new Map() },
      };
      state.tenants.push(tenant);
      return showTenant(tenant);
    };
  },
};

export const provision: WriteModel<object> = {
  kind: 'write', address: ['account.write', 'provision_tenant'], anchor: 'tenant.provision', planes: ['fdr'],
  permission: 'hoc:tenants.provision', tenancy: 'tenant', isProtective: false,
  rules: ({ tenant }) => [['BI-TENANT-008', tenant === null ? 'MISSING' : held(tenant.status === 'CREATING')]],
  subject: ({ tenantId }) => tenantId,
  replay: tokenShown,
  run: ({ tenant, now, asker, state }) => {
    if (tenant === null) return NOT_FOUND;
    if (tenant.status !== 'CREATING') return denial('ALREADY_PROVISIONED', 409);
    return (answer) => {
      Object.assign(tenant, { status: 'ACTIVE', updatedAt: now, hasCounters: true, hasDataKey: true });
      // Which id the default project has, and which public id the first key, only its row says; the rows are looked at next.
      tenant.projects.push({ id: UNSEEN, name: 'default', status: 'ACTIVE', createdAt: now, updatedAt: now });
      const token = answer.text(TOKEN, 'managementKey', 'token');
      const publicId = token.split('_')[2] ?? '';
      if (!publicIdOf(tenant.locator).test(publicId)) throw new Error(`the token ${publicId} is not of tenant ${tenant.locator}`);
      const settings = { name: 'First management key', environment: 'live', permissions: ALL_OF_CUS } as const;
      const key = newModelKey({ id: answer.text(KEY_ID, 'managementKey', 'id'), publicId, token }, { ...settings, grantable: null }, { by: actorOf(asker), now: state.now });
      tenant.keys.push(key);
      return { tenant: showTenant(tenant), managementKey: { id: key.id, token } };
    };
  },
};

/** Stands for an id that no answer has told yet. */
export const UNSEEN = 'unseen';

const FROM: Readonly<Record<'suspend' | 'resume' | 'terminate' | 'archive', { readonly from: readonly TenantStatus[]; readonly to: TenantStatus }>> = {
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  resume: { from: ['SUSPENDED'], to: 'ACTIVE' },
  terminate: { from: ['ACTIVE', 'SUSPENDED'], to: 'TERMINATED' },
  archive: { from: ['TERMINATED'], to: 'ARCHIVED' },
};

interface Reason {
  readonly reason: string;
}

const transition = (step: keyof typeof FROM, isProtective: boolean): WriteModel<Reason> => ({
  kind: 'write', address: ['account.write', `${step}_tenant`], anchor: step === 'terminate' ? 'tenant.delete' : 'tenant.transition', planes: ['fdr'],
  permission: `hoc:tenants.${step}`, tenancy: 'tenant', isProtective,
  isMalformed: ({ reason }) => reason.trim() === '',
  rules: ({ tenant }) => [
    ...(step === 'terminate' ? [['BI-TENANT-003', tenant === null ? 'MISSING' : held(tenant.status !== 'CREATING')] as const] : []),
    ['BI-TENANT-004', tenant === null ? 'MISSING' : held(FROM[step].from.includes(tenant.status))],
  ],
  rulesAfter: ({ tenant, now }) => (step === 'terminate' ? [['BI-TENANT-005', held(tenant !== null && !tenant.keys.some((key) => isLive(key, now)))]] : []),
  subject: ({ tenantId }) => tenantId,
  run: ({ tenant, now, asker, input }) => {
    if (tenant === null) return NOT_FOUND;
    return () => {
      // Only where the rules are monitored does a tenant leave CREATING so: with counters, for what may come to life in it then.
      Object.assign(tenant, { status: FROM[step].to, updatedAt: now, hasCounters: true });
      // "Termination revokes every live key, management keys included, in the same transaction."
      if (step === 'terminate') {
        for (const key of tenant.keys) {
          if (isLive(key, now)) {
            Object.assign(key, { status: 'REVOKED', revoked: { at: now, by: actorOf(asker), reason: input.reason.trim() }, updatedAt: now, version: key.version + 1 });
          }
          key.isCounted = false;
        }
      }
      return showTenant(tenant);
    };
  },
});

export const suspend: WriteModel<Reason> = transition('suspend', true);
export const resume: WriteModel<Reason> = transition('resume', false);
export const terminate: WriteModel<Reason> = transition('terminate', true);
export const archive: WriteModel<Reason> = transition('archive', true);

interface Limits {
  readonly rateLimits: readonly AskedLimit[];
}

/** One of the two lists of limits, by whoever may set it. */
const limiting = (method: string, which: 'rateLimits' | 'ownerRateLimits', by: Pick<WriteModel<Limits>, 'planes' | 'permission' | 'isProtective'>): WriteModel<Limits> => ({
  kind: 'write', address: ['account.write', method], anchor: `tenant.${method}`, tenancy: 'tenant', ...by,
  isMalformed: ({ rateLimits }) => hasNamesakes(rateLimits),
  rules: ({ tenant }) => [['BI-TENANT-009', tenant === null ? 'MISSING' : held(tenant.status === 'ACTIVE' || tenant.status === 'SUSPENDED')]],
  subject: ({ tenantId }) => tenantId,
  run: ({ tenant, now, input }) => {
    if (tenant === null) return NOT_FOUND;
    return () => {
      Object.assign(tenant, { [which]: asStored(input.rateLimits), updatedAt: now });
      return showTenant(tenant);
    };
  },
});

export const setRateLimits: WriteModel<Limits> = limiting('set_rate_limits', 'rateLimits', { planes: ['fdr'], permission: 'hoc:tenants.limit', isProtective: true });
export const setOwnerRateLimits: WriteModel<Limits> = limiting('set_owner_rate_limits', 'ownerRateLimits', { planes: ['cus'], permission: 'hoc:limits.write', isProtective: false });

export const createProject: WriteModel<{ readonly name: string }> = {
  kind: 'write', address: ['account.write', 'create_project'], anchor: 'project.create', planes: ['cus'],
  permission: 'hoc:projects.create', tenancy: 'tenant', isProtective: false,
  isMalformed: ({ name }) => name.trim() === '',
  rules: ({ tenant }) => [
    ['BI-TENANT-001', tenant === null ? 'MISSING' : held(tenant.status === 'ACTIVE')],
    ['BI-TENANT-006', held(tenant === null || activeProjects(tenant) < quotasOf(tenant).projects)],
  ],
  subject: (_question, answer) => idIn(answer),
  run: ({ tenant, now, input }) => {
    if (tenant === null) return NOT_FOUND;
    return (answer) => {
      tenant.hasCounters = true;
      const project: ModelProject = { id: answer.text(PROJECT_ID, 'id'), name: input.name.trim(), status: 'ACTIVE', createdAt: now, updatedAt: now };
      tenant.projects.push(project);
      return showProject(tenant.id, project);
    };
  },
};

export const archiveProject: WriteModel<{ readonly projectId: string; readonly reason: string }> = {
  kind: 'write', address: ['account.write', 'archive_project'], anchor: 'project.archive', planes: ['cus'],
  permission: 'hoc:projects.archive', tenancy: 'tenant', isProtective: true,
  rules: ({ tenant, input }) => {
    const project = projectOf(tenant, input.projectId);
    return [['BI-TENANT-007', project === null ? 'MISSING' : held(project.status === 'ACTIVE')]];
  },
  subject: ({ input }) => input.projectId,
  run: ({ tenant, now, input }) => {
    const project = projectOf(tenant, input.projectId);
    if (project === null || tenant === null) return NOT_FOUND;
    if (project.status === 'ARCHIVED') return denial('ALREADY_ARCHIVED', 409);
    return () => {
      Object.assign(project, { status: 'ARCHIVED', updatedAt: now });
      return showProject(tenant.id, project);
    };
  },
};

export const getTenant: ReadModel<object> = {
  kind: 'read', address: ['account.query', 'get_tenant'], planes: ['fdr'], permission: 'hoc:tenants.read', tenancy: 'tenant',
  run: ({ tenant }) => (tenant === null ? NOT_FOUND : { value: showTenant(tenant) }),
};

export const overview: ReadModel<object> = {
  kind: 'read', address: ['account.query', 'tenant_overview'], planes: ['cus'], permission: 'hoc:tenant.read', tenancy: 'tenant',
  run: ({ tenant, now }) => {
    if (tenant === null) return NOT_FOUND;
    const { service, management, projects } = quotasOf(tenant);
    const isPro = tenant.plan === 'PRO';
    return {
      value: {
        tenant: showTenant(tenant),
        quotas: {
          maxServiceKeys: service, maxManagementKeys: management, maxProjects: projects,
          maxIntegrations: isPro ? 10 : 3, maxVerificationsPerMonth: isPro ? 10_000_000 : 100_000,
        },
        usage: {
          serviceKeys: liveTowardsPlan(tenant, 'SERVICE', now), managementKeys: liveTowardsPlan(tenant, 'MANAGEMENT', now), projects: activeProjects(tenant),
        },
      },
    };
  },
};

export const listProjects: ReadModel<{ readonly status?: string }> = {
  kind: 'read', address: ['account.query', 'list_projects'], planes: ['cus'], permission: 'hoc:projects.read', tenancy: 'tenant', isPaged: true,
  run: ({ tenant, input }) => ({
    value: {
      items: newestFirst(tenant?.projects ?? []).filter(({ status }) => input.status === undefined || status === input.status).map((project) => showProject(tenant?.id ?? '', project)),
      nextCursor: null,
    },
  }),
};

/** The id of what an answer is. */
function idIn(answer: Json | null): string | null {
  if (typeof answer !== 'object' || answer === null || !('id' in answer)) return null;
  const { id } = answer;
  return typeof id === 'string' ? id : null;
}
