import { isInRanges } from '../address.ts';
import { digestsOf } from '../digest.ts';
import { readPermissions } from '../permission.ts';
import { tellOldPepper } from '../redigest.ts';
import type { DecideScope } from '../scope.ts';
import { locatorOf, parseToken, type ParsedToken } from '../token.ts';
import { admitsManagement } from './lifecycle.ts';

/** Who asks, as the kernel's principal wants it. */
export interface AuthenticatedPrincipal {
  readonly plane: 'fdr' | 'int' | 'cus';
  /** The id of the token or key that was presented. */
  readonly id: string;
  readonly name: string;
  /** The tenant of a management key; null on the other planes. */
  readonly tenantId: string | null;
  readonly permissions: ReadonlySet<string>;
}

/** The token of an API key or an access token, and where the request that carries it comes from. */
export interface Presented {
  readonly token: string;
  /** The caller's address; null where the transport knows none, which a filled `allowedAddresses` refuses. */
  readonly address: string | null;
}

/**
 * - `UNAUTHENTICATED`: no usable token. It does not say why, for the caller has not shown who it is.
 * - `SERVICE_KEY`: a good API key, but one that manages nothing: 403 on the cus plane, and on the others too.
 * - `FORBIDDEN_ADDRESS`: a good management key from an address outside its `allowedAddresses`: 403.
 */
export type AuthenticationRefusal = 'UNAUTHENTICATED' | 'SERVICE_KEY' | 'FORBIDDEN_ADDRESS';

export type Authentication =
  | { readonly ok: true; readonly principal: AuthenticatedPrincipal }
  | { readonly ok: false; readonly refusal: AuthenticationRefusal };

/**
 * Who a bearer token speaks for, from the truth at this moment. A management key of an ACTIVE or SUSPENDED tenant, or an
 * operator or service token that is not revoked. An outage throws what the driver throws; it never refuses.
 * @see HTTP-API.md, Planes and tokens
 */
export const authenticate = async (scope: DecideScope, presented: Presented, now: Date): Promise<Authentication> => {
  const parsed = parseToken(presented.token);
  if (parsed === null) return refuse('UNAUTHENTICATED');
  switch (parsed.prefix) {
    case 'live':
    case 'test':
      return byApiKey(scope, parsed, presented, now);
    case 'op':
      return byAccessToken(scope, presented.token, 'fdr');
    case 'svc':
      return byAccessToken(scope, presented.token, 'int');
    default:
      return parsed.prefix satisfies never;
  }
};

const byAccessToken = async (scope: DecideScope, token: string, plane: 'fdr' | 'int'): Promise<Authentication> => {
  const found = await scope.accessTokens.find(digestsOf(scope.vault.peppers, token));
  // The digest covers the prefix, so a row of another plane is a row that someone has edited.
  if (found === null || found.isRevoked || found.plane !== plane) return refuse('UNAUTHENTICATED');
  tellOldPepper(scope, token, { tenantId: null, id: found.id, pepperId: found.pepperId });
  return admit(scope, { plane, id: found.id, name: found.name, tenantId: null }, found.permissions);
};

const byApiKey = async (scope: DecideScope, parsed: ParsedToken, { token, address }: Presented, now: Date): Promise<Authentication> => {
  const tenantId = await scope.locators.resolve(locatorOf(parsed.publicId));
  if (tenantId === null) return refuse('UNAUTHENTICATED');
  const truth = await scope.truth.find(tenantId, digestsOf(scope.vault.peppers, token));
  if (truth === null) return refuse('UNAUTHENTICATED');
  const { key, tenantStatus, projectStatus } = truth;
  tellOldPepper(scope, token, key);
  const isUnexpired = key.expiresAt === null || key.expiresAt.getTime() > now.getTime();
  const isProjectUsable = key.projectId === null || projectStatus === 'ACTIVE';
  if (key.status !== 'ACTIVE' || !isUnexpired || !isProjectUsable || !admitsManagement(tenantStatus)) return refuse('UNAUTHENTICATED');
  if (key.kind !== 'MANAGEMENT') return refuse('SERVICE_KEY');
  if (key.allowedAddresses.length > 0 && (address === null || !isInRanges(key.allowedAddresses, address))) return refuse('FORBIDDEN_ADDRESS');
  return admit(scope, { plane: 'cus', id: key.id, name: key.name, tenantId: key.tenantId }, key.permissions);
};

/** INVARIANT: permissions that cannot be read admit nobody; someone is told. */
const admit = (scope: DecideScope, who: Omit<AuthenticatedPrincipal, 'permissions'>, stored: readonly string[]): Authentication => {
  const permissions = readPermissions(stored);
  if (permissions !== null) return { ok: true, principal: { ...who, permissions: new Set(permissions) } };
  scope.alarm?.({ tenantId: who.tenantId, id: who.id, field: 'permissions' });
  return refuse('UNAUTHENTICATED');
};

const refuse = (refusal: AuthenticationRefusal): Authentication => ({ ok: false, refusal });
