import type { ModelKey, ModelTenant, State } from './state.ts';

/** A row as it is looked at: by column, times in milliseconds. What is random by design (digests, wrapped keys) is left out. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows that one tenant must have. */
export interface TenantRows {
  readonly tenants: readonly Row[];
  readonly tenant_locators: readonly Row[];
  readonly tenant_counters: readonly Row[];
  readonly onboarding: readonly Row[];
  readonly data_keys: number;
  readonly projects: readonly Row[];
  readonly api_keys: readonly Row[];
  readonly key_credits: readonly Row[];
  readonly key_slots: readonly Row[];
  readonly rate_windows: readonly Row[];
  readonly invariant_modes: readonly Row[];
}

export function rowsOf(state: State, tenant: ModelTenant): TenantRows {
  const { id: tenant_id, createdAt: created_at, updatedAt: updated_at } = tenant;
  const counted = (kind: ModelKey['kind']): number => tenant.keys.filter((key) => key.kind === kind && key.isCounted).length;
  return {
    tenants: [
      {
        tenant_id, organization_id: tenant.organizationId, name: tenant.name, plan: tenant.plan, status: tenant.status, locator: tenant.locator,
        contact_email: tenant.contactEmail, rate_limits: tenant.rateLimits, owner_rate_limits: tenant.ownerRateLimits, created_at, updated_at,
      },
    ],
    tenant_locators: [{ locator: tenant.locator, tenant_id, created_at }],
    tenant_counters: tenant.hasCounters
      ? [
          { tenant_id, counter: 'ACTIVE_PROJECTS', value: tenant.projects.filter(({ status }) => status === 'ACTIVE').length },
          { tenant_id, counter: 'LIVE_INTEGRATIONS', value: 0 },
          { tenant_id, counter: 'LIVE_MANAGEMENT_KEYS', value: counted('MANAGEMENT') },
          { tenant_id, counter: 'LIVE_SERVICE_KEYS', value: counted('SERVICE') },
        ]
      : [],
    // Nothing that the model does is evidence of a first step.
    onboarding: tenant.hasDataKey ? [{ tenant_id, state: 'CREATED' }] : [],
    data_keys: tenant.hasDataKey ? 1 : 0,
    projects: byId(tenant.projects).map((project) => ({
      tenant_id, id: project.id, name: project.name, status: project.status, created_at: project.createdAt, updated_at: project.updatedAt,
    })),
    api_keys: byId(tenant.keys).map((key) => keyRow(tenant_id, key)),
    ...meterRows(tenant),
    invariant_modes: modesOf(state, tenant_id),
  };
}

/** The stored modes of a tenant, or of all under `platform`. */
export const modesOf = ({ settings }: State, tenantId: string): readonly Row[] =>
  [...(settings.get(tenantId) ?? [])]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([invariant_id, { mode, owner, reason, expiresAt, setBy, setAt }]) => ({
      tenant_id: tenantId, invariant_id, mode, owner, reason, expires_at: expiresAt, set_by: setBy, set_at: setAt,
    }));

const keyRow = (tenant_id: string, key: ModelKey): Row => ({
  tenant_id, id: key.id, project_id: key.projectId, kind: key.kind, name: key.name, environment: key.environment, public_id: key.publicId,
  pepper_id: 'pepper-test', status: key.status, permissions: key.permissions, grantable: key.grantable, allowed_resources: key.allowedResources,
  allowed_addresses: key.allowedAddresses, expires_at: key.expiresAt, metadata: key.metadata, owner_ref: key.ownerRef, created_by: key.createdBy,
  rotated_from: key.rotatedFrom, rotated_to: key.rotatedTo, rotated_at: key.rotatedAt, prior_expires_at: key.priorExpiresAt, counted: key.isCounted,
  revoked_at: key.revoked?.at ?? null, revoked_by: key.revoked?.by ?? null, revoked_reason: key.revoked?.reason ?? null,
  frozen_at: key.frozen?.at ?? null, frozen_by: key.frozen?.by ?? null, frozen_reason: key.frozen?.reason ?? null,
  created_at: key.createdAt, updated_at: key.updatedAt, version: key.version, rate_limits: key.rateLimits, has_credits: key.hasCredits, credit_refill: null,
  max_concurrent: key.maxConcurrent, meter_id: key.meterId,
});

/** What is stored of meters that anything was taken from; what is counted locally is not. */
function meterRows({ meters }: ModelTenant): Pick<TenantRows, 'key_credits' | 'key_slots' | 'rate_windows'> {
  const taken = [...meters.windows].filter(([, window]) => !window.isLocal && window.taken > 0);
  return {
    key_credits: inOrder(meters.credits, (meter_id, remaining) => ({ meter_id, remaining })),
    key_slots: inOrder(meters.leases, (meter_id, held) => ({ meter_id, held })),
    rate_windows: taken.map(([name, window]) => ({ window: name.replace(/^EXACT\|/, ''), taken: window.taken })).sort((one, other) => (one.window < other.window ? -1 : 1)),
  };
}

const inOrder = (values: ReadonlyMap<string, number>, row: (key: string, value: number) => Row): readonly Row[] =>
  [...values].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, value]) => row(key, value));

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] => [...items].sort((one, other) => (one.id < other.id ? -1 : 1));

