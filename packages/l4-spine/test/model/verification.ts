import { liesIn } from './addresses.ts';
import { meter } from './metering.ts';
import { iso, type ReadModel } from './operation.ts';
import { answers } from './permissions.ts';
import { hasExpired, projectOf, type Json, type ModelKey, type ModelTenant, type State } from './state.ts';
import { readToken } from './tokens.ts';

/** What a gateway asks of a token. */
export interface VerifyInput {
  readonly token: string;
  readonly permissions?: Json;
  readonly resource?: string;
  readonly address?: string;
  readonly cost?: number;
  readonly acquire?: { readonly seconds: number };
}

export const verify: ReadModel<VerifyInput> = {
  kind: 'decide', address: ['api_keys.query', 'verify'], planes: ['int'], permission: 'hoc:keys.verify', tenancy: 'platform',
  view: withoutTime,
  run: ({ state, input, now }) => {
    const form = readToken(input.token);
    if (form === null || !['live', 'test'].includes(form.prefix)) return { value: { valid: false, code: 'MALFORMED' } };
    const found = holderOf(state, input.token);
    if (found === null) return { value: { valid: false, code: 'NOT_FOUND' } };
    const { tenant, key } = found;
    const code = verdict(tenant, key, input, now);
    // "A negative verdict carries `valid` and `code`, and for a key that exists `keyId` and `tenantId`, nothing else of it."
    if (code !== 'VALID') return { value: { valid: false, code, keyId: key.id, tenantId: tenant.id } };
    const metered = meter(tenant, key, { cost: input.cost ?? 1, wantsLease: input.acquire !== undefined });
    if (metered.code !== 'VALID') return { value: { valid: false, code: metered.code, keyId: key.id, tenantId: tenant.id, ...metered.told } };
    return {
      value: {
        ...metered.told,
        valid: true, code, keyId: key.id, tenantId: tenant.id, environment: key.environment, permissions: key.permissions, metadata: key.metadata,
        ...(key.projectId === null ? {} : { projectId: key.projectId }),
        ...(key.ownerRef === null ? {} : { ownerRef: key.ownerRef }),
        ...(key.expiresAt === null ? {} : { expiresAt: iso(key.expiresAt) }),
      },
    };
  },
};

/** What meters say of time, and the ids of leases, are the database's own. */
function withoutTime(answer: unknown): unknown {
  // The shape that an answer has just been given.
  const { rateLimitFields: _, rateLimits, lease, ...rest } = answer as { rateLimitFields?: unknown; rateLimits?: readonly { resetMs: unknown }[]; lease?: unknown };
  return {
    ...rest, ...(rateLimits === undefined ? {} : { rateLimits: rateLimits.map(({ resetMs: _time, ...reading }) => reading) }), ...(lease === undefined ? {} : { lease: true }),
  };
}

/** The key that a token was shown for. */
export function holderOf(state: State, token: string): { readonly tenant: ModelTenant; readonly key: ModelKey } | null {
  for (const tenant of state.tenants) {
    const key = tenant.keys.find((one) => one.token === token);
    if (key !== undefined) return { tenant, key };
  }
  return null;
}

/** "When several verdicts of a verification apply, the first in ARCHITECTURE.md's list is given." */
function verdict(tenant: ModelTenant, key: ModelKey, { permissions, resource, address }: VerifyInput, now: number): string {
  const applying: readonly (readonly [string, boolean])[] = [
    ['REVOKED', key.status === 'REVOKED'],
    ['EXPIRED', hasExpired(key, now)],
    ['FROZEN', key.status === 'FROZEN'],
    ['TENANT_NOT_ACTIVE', tenant.status !== 'ACTIVE'],
    ['PROJECT_NOT_ACTIVE', key.projectId !== null && projectOf(tenant, key.projectId)?.status !== 'ACTIVE'],
    // "An empty `allowedAddresses` or `allowedResources` allows all; a filled one refuses a request that names none."
    ['FORBIDDEN_ADDRESS', key.allowedAddresses.length > 0 && (address === undefined || !key.allowedAddresses.some((range) => liesIn(range, address)))],
    ['FORBIDDEN_RESOURCE', key.allowedResources.length > 0 && (resource === undefined || !key.allowedResources.includes(resource))],
    ['INSUFFICIENT_PERMISSIONS', permissions !== undefined && !answers(key.permissions, permissions)],
  ];
  return applying.find(([, applies]) => applies)?.[0] ?? 'VALID';
}
