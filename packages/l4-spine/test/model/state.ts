/**
 * What the model knows: HOC as DOMAIN.md tells it, in plain values. Times are milliseconds. Nothing here, nor in any file of the
 * model, is taken from the engines: the model is a second opinion.
 */

export type Plane = 'fdr' | 'int' | 'cus';
export type TenantStatus = 'CREATING' | 'ACTIVE' | 'SUSPENDED' | 'TERMINATED' | 'ARCHIVED';
export type Mode = 'MONITOR' | 'ENFORCE' | 'STRICT';
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Actor {
  readonly plane: Plane;
  readonly id: string;
  readonly name: string;
}

export interface ModelKey {
  readonly id: string;
  readonly projectId: string | null;
  readonly kind: 'SERVICE' | 'MANAGEMENT';
  name: string;
  readonly environment: 'live' | 'test';
  readonly publicId: string;
  /** Shown once, to the caller that the model is. */
  readonly token: string;
  status: 'ACTIVE' | 'FROZEN' | 'REVOKED';
  permissions: readonly string[];
  grantable: readonly string[] | null;
  allowedResources: readonly string[];
  allowedAddresses: readonly string[];
  expiresAt: number | null;
  metadata: Json;
  ownerRef: string | null;
  rateLimits: readonly ModelRateLimit[];
  hasCredits: boolean;
  maxConcurrent: number | null;
  /** "The keys of a rotation draw from the same meters." */
  readonly meterId: string;
  readonly createdBy: Actor;
  readonly rotatedFrom: string | null;
  rotatedTo: string | null;
  rotatedAt: number | null;
  priorExpiresAt: number | null;
  /** Whether the stored counter still holds the key: expiry takes it out only when a create meets the cap. */
  isCounted: boolean;
  revoked: { readonly at: number; readonly by: Actor; readonly reason: string } | null;
  frozen: { readonly at: number; readonly by: Actor; readonly reason: string } | null;
  readonly createdAt: number;
  updatedAt: number;
  version: number;
}

export interface ModelProject {
  /** Of a default project, known only once its row was seen. */
  id: string;
  readonly name: string;
  status: 'ACTIVE' | 'ARCHIVED';
  readonly createdAt: number;
  updatedAt: number;
}

/** A rate limit as it is stored and shown. */
export type ModelRateLimit = { readonly name: string; readonly limit: number; readonly windowMs: number; readonly algorithm: string; readonly mode: string };

/** What was taken from the meters of a tenant. Windows are so long that nothing of it passes while a sequence runs. */
export interface ModelMeters {
  /** By whose limit it is, its name, algorithm and window. */
  readonly windows: Map<string, { readonly isLocal: boolean; taken: number }>;
  /** What is left, by meter. */
  readonly credits: Map<string, number>;
  /** How many leases are held, by meter. */
  readonly leases: Map<string, number>;
}

export interface ModelTenant {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly plan: string;
  status: TenantStatus;
  readonly locator: string;
  readonly contactEmail: string;
  rateLimits: readonly ModelRateLimit[];
  ownerRateLimits: readonly ModelRateLimit[];
  readonly createdAt: number;
  updatedAt: number;
  hasCounters: boolean;
  hasDataKey: boolean;
  readonly projects: ModelProject[];
  readonly keys: ModelKey[];
  readonly meters: ModelMeters;
}

export interface ModelSetting {
  readonly mode: Mode;
  readonly owner: string | null;
  readonly reason: string;
  readonly expiresAt: number | null;
  readonly setBy: Actor;
  readonly setAt: number;
}

export interface Quotas {
  readonly service: number;
  readonly management: number;
  readonly projects: number;
}

/** Quotas by plan (DOMAIN.md); TINY is a row that the suite adds, as an operator may. */
export const PLANS: Readonly<Record<string, Quotas>> = {
  FREE: { service: 5, management: 10, projects: 3 },
  PRO: { service: 20, management: 10, projects: 20 },
  TINY: { service: 2, management: 3, projects: 2 },
};

export const PLATFORM = 'platform';

export interface State {
  now: number;
  readonly organizations: { readonly id: string; readonly name: string; readonly createdAt: number }[];
  readonly tenants: ModelTenant[];
  /** Stored modes by invariant, under the tenant's id or `platform`. */
  readonly settings: Map<string, Map<string, ModelSetting>>;
  degraded: { readonly reason: string } | null;
  /** First answers by tenant, principal, operation and idempotency key. */
  readonly answers: Map<string, { readonly fingerprint: string; readonly replay: Json; readonly expiresAt: number }>;
  /** How many entries each audit chain has. */
  readonly chains: Map<string, number>;
  /** How many violations were recorded, by tenant or `platform`. */
  readonly violations: Map<string, number>;
}

export const tenantOf = (state: State, id: string): ModelTenant | null => state.tenants.find((tenant) => tenant.id === id) ?? null;
export const keyOf = (tenant: ModelTenant | null, id: string): ModelKey | null => tenant?.keys.find((key) => key.id === id) ?? null;
export const projectOf = (tenant: ModelTenant | null, id: string): ModelProject | null => tenant?.projects.find((project) => project.id === id) ?? null;

/** "A key is live while it is ACTIVE or FROZEN and not expired." */
export const isLive = (key: ModelKey, now: number): boolean => key.status !== 'REVOKED' && !hasExpired(key, now);
export const hasExpired = ({ expiresAt }: ModelKey, now: number): boolean => expiresAt !== null && expiresAt <= now;

/** "The old key of a rotation, in its overlap, does not count towards the plan." */
export const liveTowardsPlan = (tenant: ModelTenant, kind: ModelKey['kind'], now: number): number =>
  tenant.keys.filter((key) => key.kind === kind && isLive(key, now) && key.rotatedTo === null).length;

export const quotasOf = ({ plan }: ModelTenant): Quotas => {
  const quotas = PLANS[plan];
  if (quotas === undefined) throw new Error(`the model knows no plan ${plan}`);
  return quotas;
};
