import type { AnyOperation, AnyWrite, Tenancy } from './operation.ts';
import type { Governance } from './ports.ts';
import type { Principal } from './principal.ts';
import { PLATFORM } from './request.ts';

/** A refusal before anything was looked at: what a denial says, without the request it answers. */
export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
}

export type Authority = { readonly allowed: true; readonly principal: Principal } | { readonly allowed: false; readonly refusal: Refusal };

/** Nobody is known to ask. */
export const unauthenticated: Refusal = { code: 'UNAUTHENTICATED', status: 401, detail: 'The request carries no valid token.' };

/** Whether this principal may use this operation at all: its plane, then its permission. */
export function authorize(operation: Pick<AnyOperation, 'planes' | 'permission'>, principal: Principal | null): Authority {
  if (principal === null) return { allowed: false, refusal: unauthenticated };
  if (!operation.planes.includes(principal.plane)) {
    return { allowed: false, refusal: { code: 'PLANE_FORBIDDEN', status: 403, detail: `A token of the ${principal.plane} plane may not do this.` } };
  }
  if (operation.permission !== null && !principal.permissions.has(operation.permission)) {
    return { allowed: false, refusal: { code: 'PERMISSION_DENIED', status: 403, detail: `The token lacks the permission ${operation.permission}.` } };
  }
  return { allowed: true, principal };
}

/** Whether a write may go on in the stored state of the installation. Protective steps work while it is degraded. */
export function refusedWhileDegraded(operation: AnyWrite, governance: Governance): Refusal | null {
  if (governance.degraded === null || operation.whenDegraded === 'allowed') return null;
  return { code: 'DEGRADED', status: 503, detail: `The installation is degraded and takes protective writes only: ${governance.degraded.reason}` };
}

/** What a tenant's id can look like at all. Other text is not worth asking storage about: some of it cannot even be sent. */
const TENANT_ID = /^[\x21-\x7e]{1,200}$/;

/**
 * The tenant that a call works on; null where a tenant's principal names another tenant, and where the name is none.
 * INVARIANT: on the `cus` plane it comes from the principal alone.
 * A call of another plane that names no tenant works on the platform, where no tenant's facts exist: invariants refuse it.
 */
export function tenantOf(tenancy: Tenancy, principal: Principal, named: string | undefined): string | null {
  if (principal.plane === 'cus') {
    if (principal.tenantId === null) throw new TypeError('a principal of the cus plane has no tenant');
    return named === undefined || named === principal.tenantId ? principal.tenantId : null;
  }
  if (tenancy === 'platform' || named === undefined) return PLATFORM;
  return TENANT_ID.test(named) ? named : null;
}
