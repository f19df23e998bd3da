import { liesIn } from './addresses.ts';
import { denial, type Denied } from './rules.ts';
import { hasExpired, projectOf, type Json, type State } from './state.ts';
import { holderOf } from './verification.ts';

const UNAUTHENTICATED = denial('UNAUTHENTICATED', 401);
const PERMISSION_DENIED = denial('PERMISSION_DENIED', 403);

/**
 * Who the token of an API key speaks for. "On `/v1`, a token that is no usable management key is 401: unknown, revoked, expired, frozen,
 * of a TERMINATED or ARCHIVED tenant; a service key is 403." Management works in ACTIVE and SUSPENDED; a key that would not verify because
 * of its project is not usable either.
 */
export function authenticated(state: State, token: string, address: string): Denied | { readonly value: Json } {
  const found = holderOf(state, token);
  if (found === null) return UNAUTHENTICATED;
  const { tenant, key } = found;
  const isUsable =
    key.status === 'ACTIVE' && !hasExpired(key, state.now) && (tenant.status === 'ACTIVE' || tenant.status === 'SUSPENDED') &&
    (key.projectId === null || projectOf(tenant, key.projectId)?.status === 'ACTIVE');
  if (!isUsable) return UNAUTHENTICATED;
  if (key.kind === 'SERVICE') return PERMISSION_DENIED;
  if (key.allowedAddresses.length > 0 && !key.allowedAddresses.some((range) => liesIn(range, address))) return PERMISSION_DENIED;
  return { value: { plane: 'cus', id: key.id, name: key.name, tenantId: tenant.id, permissions: key.permissions } };
}
