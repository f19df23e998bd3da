import type { WriteScope } from '@hoc/l5-engines/scope';
import type { Negative, Positive } from './proof.ts';
import { archiveProject, byAdmin, createProject, handMade, INACTIVE, onTenant, type Ask, type Cast, type Stage, type TenantStatus } from './stage.ts';
import { withHandler } from './substitutes.ts';

/** No tenant has this id. */
export const NOBODY = 'tnt_00000000000000000000000000';

const newTenant = (stage: Stage, change: object = {}): Ask =>
  stage.byOperator('account.write', 'create_tenant', {
    organizationId: stage.organizationId, name: 'Another', plan: 'FREE', contactEmail: 'admin@example.com', ...change,
  });
const provision = (stage: Stage, { id }: { readonly id: string }): Ask => stage.byOperator('account.write', 'provision_tenant', {}, id);

/** A plan changes quotas and nothing else, so each rule is shown on a second one as well. */
export const SECOND_PLAN = 'PRO';

const projectOfInactiveTenant: readonly Negative[] = [
  {
    rule: 'BI-TENANT-001', what: `a project of a SUSPENDED tenant on ${SECOND_PLAN}`, status: 409, says: 'the tenant is SUSPENDED', monitored: 'COMMITTED',
    arrange: async (stage) => createProject(await stage.tenant({ status: 'SUSPENDED', plan: SECOND_PLAN })),
  },
  ...INACTIVE.map((status): Negative => ({
    rule: 'BI-TENANT-001', what: `a project of a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: 'COMMITTED',
    arrange: async (stage) => createProject(await stage.tenant({ status })),
  })),
  {
    rule: 'BI-TENANT-001', what: 'a project of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async () => createProject({ id: NOBODY, admin: handMade(NOBODY) }),
  },
];

const tenantWithoutStanding: readonly Negative[] = [
  {
    rule: 'BI-TENANT-002', what: 'a tenant of an organization that does not exist', status: 404, says: 'the organization does not exist', monitored: 'NOT_FOUND',
    arrange: async (stage) => newTenant(stage, { organizationId: 'org_nobody' }),
  },
  ...['', ' \t\n', '\u00A0\u2003'].map((name): Negative => ({
    rule: 'BI-TENANT-002', what: `a tenant named ${JSON.stringify(name)}`, status: 422, says: 'the name is blank', monitored: 'COMMITTED',
    arrange: async (stage) => newTenant(stage, { name }),
  })),
];

/** BI-TENANT-004 has no arrow from there either, so it is set aside. */
const neverProvisioned: readonly Negative[] = [
  ...([['a CREATING tenant', 'FREE'], [`a CREATING tenant on ${SECOND_PLAN}`, SECOND_PLAN]] as const).map(([tenant, plan]): Negative => ({
    rule: 'BI-TENANT-003', what: `the termination of ${tenant}`, status: 409, says: 'the tenant is CREATING', monitored: 'COMMITTED', aside: ['BI-TENANT-004'],
    arrange: async (stage) => onTenant(stage, 'terminate_tenant', await stage.tenant({ status: 'CREATING', plan })),
  })),
  {
    rule: 'BI-TENANT-003', what: 'the termination of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND', aside: ['BI-TENANT-004'],
    arrange: async (stage) => onTenant(stage, 'terminate_tenant', { id: NOBODY }),
  },
];

const STEPS = ['suspend', 'resume', 'terminate', 'archive'] as const;
const STATUSES: readonly TenantStatus[] = ['ACTIVE', ...INACTIVE];
/** The arrows of DOMAIN.md's tenant lifecycle, without the one of provisioning; copied from there, not taken from the code. */
const ARROWS: readonly (readonly [from: TenantStatus, step: (typeof STEPS)[number]])[] = [
  ['ACTIVE', 'suspend'],
  ['SUSPENDED', 'resume'],
  ['ACTIVE', 'terminate'],
  ['SUSPENDED', 'terminate'],
  ['TERMINATED', 'archive'],
];
const isArrow = (status: TenantStatus, step: string): boolean => ARROWS.some((arrow) => arrow[0] === status && arrow[1] === step);

const stepsThatDoNotExist: readonly Negative[] = STEPS.flatMap((step): readonly Negative[] => [
  ...STATUSES.filter((status) => !isArrow(status, step)).map((status): Negative => ({
    rule: 'BI-TENANT-004', what: `${step} from ${status}`, status: 409, says: `the tenant is ${status}`, monitored: 'COMMITTED',
    aside: step === 'terminate' && status === 'CREATING' ? ['BI-TENANT-003'] : [],
    arrange: async (stage) => onTenant(stage, `${step}_tenant`, await stage.tenant({ status })),
  })),
  {
    rule: 'BI-TENANT-004', what: `${step} from ARCHIVED on ${SECOND_PLAN}`, status: 409, says: 'the tenant is ARCHIVED', monitored: 'COMMITTED',
    arrange: async (stage) => onTenant(stage, `${step}_tenant`, await stage.tenant({ status: 'ARCHIVED', plan: SECOND_PLAN })),
  },
  {
    rule: 'BI-TENANT-004', what: `${step} of a tenant that does not exist`, status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    aside: step === 'terminate' ? ['BI-TENANT-003'] : [],
    arrange: async (stage) => onTenant(stage, `${step}_tenant`, { id: NOBODY }),
  },
]);

/** Terminates as HOC does, but leaves the keys alone: the bug that BI-TENANT-005 is there for. */
const FORGETS_KEYS = withHandler('account.write', 'terminate_tenant', (run) => (call) => {
  const keys = { settleExpired: async () => 0, revokeAllLive: async () => 0 };
  // These two are all that termination calls of the driver.
  return run({ ...call, scope: { ...call.scope, keys: keys as unknown as WriteScope['keys'] } });
});

const keysThatOutliveTheirTenant: readonly Negative[] = [
  {
    rule: 'BI-TENANT-005', what: 'a termination that forgets to revoke keys', status: 500, says: 'the tenant still has 2 live keys', monitored: 'COMMITTED', isAfter: true,
    on: (stage) => stage.server({ substitute: FORGETS_KEYS }),
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      await stage.key(tenant);
      return onTenant(stage, 'terminate_tenant', tenant);
    },
  },
];

/** As many projects as the plan allows, the default one included. */
async function fullOfProjects(stage: Stage, allowed: number, plan = 'FREE'): Promise<Cast> {
  const tenant = await stage.tenant({ plan });
  for (let made = 1; made < allowed; made += 1) await stage.project(tenant);
  return tenant;
}

const projectsBeyondThePlan: readonly Negative[] = [
  {
    rule: 'BI-TENANT-006', what: 'a fourth ACTIVE project on FREE', status: 409, says: 'the tenant has 3 ACTIVE projects, and its plan FREE allows 3', monitored: 'COMMITTED',
    arrange: async (stage) => createProject(await fullOfProjects(stage, 3)),
  },
  {
    rule: 'BI-TENANT-006', what: `one ACTIVE project more than twenty on ${SECOND_PLAN}`, status: 409, says: 'the tenant has 20 ACTIVE projects, and its plan PRO allows 20', monitored: 'COMMITTED',
    arrange: async (stage) => createProject(await fullOfProjects(stage, 20, SECOND_PLAN)),
  },
];

const projectsThatAreGone: readonly Negative[] = [
  {
    rule: 'BI-TENANT-007', what: 'archiving a project that nobody has', status: 404, says: 'the project does not exist in this tenant', monitored: 'NOT_FOUND',
    arrange: async (stage) => archiveProject(await stage.tenant(), 'prj_nobody'),
  },
  {
    rule: 'BI-TENANT-007', what: "archiving another tenant's project", status: 404, says: 'the project does not exist in this tenant', monitored: 'NOT_FOUND',
    arrange: async (stage) => archiveProject(await stage.tenant(), await stage.project(await stage.tenant())),
  },
  {
    rule: 'BI-TENANT-007', what: 'archiving a project twice', status: 409, says: 'the project is ARCHIVED', monitored: 'ALREADY_ARCHIVED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const project = await stage.project(tenant);
      await stage.do(archiveProject(tenant, project));
      return archiveProject(tenant, project);
    },
  },
];

const provisionedAlready: readonly Negative[] = [
  ...STATUSES.filter((status) => status !== 'CREATING').map((status): Negative => ({
    rule: 'BI-TENANT-008', what: `provisioning a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: 'ALREADY_PROVISIONED',
    arrange: async (stage) => provision(stage, await stage.tenant({ status })),
  })),
  {
    rule: 'BI-TENANT-008', what: `provisioning an ACTIVE tenant on ${SECOND_PLAN}`, status: 409, says: 'the tenant is ACTIVE', monitored: 'ALREADY_PROVISIONED',
    arrange: async (stage) => provision(stage, await stage.tenant({ plan: SECOND_PLAN })),
  },
  {
    rule: 'BI-TENANT-008', what: 'provisioning a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async (stage) => provision(stage, { id: NOBODY }),
  },
];

const LIMITS = { rateLimits: [{ name: 'per-second', limit: 10, windowMs: 1000 }] } as const;
export const limitTenant = (stage: Stage, { id }: Pick<Cast, 'id'>): Ask => stage.byOperator('account.write', 'set_rate_limits', LIMITS, id);
export const limitOwners = (tenant: Pick<Cast, 'admin'>): Ask => byAdmin(tenant, 'account.write', 'set_owner_rate_limits', LIMITS);

const limitsOfTenantsNotInUse: readonly Negative[] = [
  ...([['CREATING', 'FREE'], ['TERMINATED', 'FREE'], ['ARCHIVED', 'FREE'], ['TERMINATED', SECOND_PLAN]] as const).flatMap(([status, plan]): readonly Negative[] => [
    {
      rule: 'BI-TENANT-009', what: `limits of a ${status} tenant on ${plan}`, status: 409, says: `the tenant is ${status}`, monitored: 'COMMITTED',
      arrange: async (stage) => limitTenant(stage, await stage.tenant({ status, plan })),
    },
    {
      rule: 'BI-TENANT-009', what: `limits of the owners of a ${status} tenant on ${plan}`, status: 409, says: `the tenant is ${status}`, monitored: 'COMMITTED',
      arrange: async (stage) => limitOwners(await stage.tenant({ status, plan })),
    },
  ]),
  {
    rule: 'BI-TENANT-009', what: 'limits of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async (stage) => limitTenant(stage, { id: NOBODY }),
  },
  {
    rule: 'BI-TENANT-009', what: 'limits of the owners of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async () => limitOwners({ admin: handMade(NOBODY) }),
  },
];

export const tenantNegatives: readonly Negative[] = [
  ...projectOfInactiveTenant,
  ...tenantWithoutStanding,
  ...neverProvisioned,
  ...stepsThatDoNotExist,
  ...keysThatOutliveTheirTenant,
  ...projectsBeyondThePlan,
  ...projectsThatAreGone,
  ...provisionedAlready,
  ...limitsOfTenantsNotInUse,
];

export const tenantPositives: readonly Positive[] = [
  { rules: ['BI-TENANT-001', 'BI-TENANT-006'], what: 'a project of an ACTIVE tenant with room', arrange: async (stage) => createProject(await stage.tenant()) },
  {
    rules: ['BI-TENANT-001'], what: 'a project of a tenant that was suspended and resumed',
    arrange: async (stage) => {
      const tenant = await stage.tenant({ status: 'SUSPENDED' });
      await stage.do(onTenant(stage, 'resume_tenant', tenant));
      return createProject(tenant);
    },
  },
  {
    rules: ['BI-TENANT-006'], what: 'a project in the room that an archived one left',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      await stage.project(tenant);
      await stage.do(archiveProject(tenant, await stage.project(tenant)));
      return createProject(tenant);
    },
  },
  {
    rules: ['BI-TENANT-001', 'BI-TENANT-006'], what: `a fourth project on ${SECOND_PLAN}, which allows more than FREE`,
    arrange: async (stage) => createProject(await fullOfProjects(stage, 3, SECOND_PLAN)),
  },
  { rules: ['BI-TENANT-002'], what: 'a tenant with a name, of an organization that exists', arrange: async (stage) => newTenant(stage) },
  ...ARROWS.map(([status, step]): Positive => ({
    rules: step === 'terminate' ? ['BI-TENANT-003', 'BI-TENANT-004', 'BI-TENANT-005'] : ['BI-TENANT-004'], what: `${step} from ${status}`,
    arrange: async (stage) => onTenant(stage, `${step}_tenant`, await stage.tenant({ status })),
  })),
  {
    rules: ['BI-TENANT-005'], what: 'the termination of a tenant with live, frozen, rotated and expired keys',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const [, frozen, rotated, expired] = [await stage.key(tenant), await stage.key(tenant), await stage.key(tenant), await stage.key(tenant)];
      const reason = 'before the end';
      await stage.do({ address: 'api_keys.write', method: 'freeze', principal: tenant.admin, input: { keyId: frozen.id, reason } });
      await stage.do({ address: 'api_keys.write', method: 'rotate', principal: tenant.admin, input: { keyId: rotated.id, overlapSeconds: 60 } });
      await stage.db.asOwner(`update api_keys set expires_at = created_at where tenant_id = $1 and id = $2`, [tenant.id, expired.id]);
      return onTenant(stage, 'terminate_tenant', tenant);
    },
  },
  {
    rules: ['BI-TENANT-007'], what: 'archiving an ACTIVE project',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return archiveProject(tenant, await stage.project(tenant));
    },
  },
  {
    rules: ['BI-TENANT-007'], what: 'archiving a project of a SUSPENDED tenant: a protective step',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const project = await stage.project(tenant);
      await stage.do(onTenant(stage, 'suspend_tenant', tenant));
      return archiveProject(tenant, project);
    },
  },
  { rules: ['BI-TENANT-008'], what: 'provisioning a CREATING tenant', arrange: async (stage) => provision(stage, await stage.tenant({ status: 'CREATING' })) },
  ...(['ACTIVE', 'SUSPENDED'] as const).flatMap((status): readonly Positive[] => [
    { rules: ['BI-TENANT-009'], what: `limits of a tenant that is ${status}`, arrange: async (stage) => limitTenant(stage, await stage.tenant({ status })) },
    { rules: ['BI-TENANT-009'], what: `limits of the owners of a tenant that is ${status}`, arrange: async (stage) => limitOwners(await stage.tenant({ status })) },
  ]),
];

