import { digestOf } from '../digest.ts';
import type { Vault } from '../scope.ts';
import type { Secret } from '../secret.ts';
import { mintToken, parseToken, type TokenPrefix } from '../token.ts';
import type { AccessToken } from './rows.ts';

/** How the token of each plane begins after `hoc_`. */
const PREFIX_OF_PLANE: Readonly<Record<AccessToken['plane'], TokenPrefix>> = { fdr: 'op', int: 'svc' };

/** What a new token is made of, besides the token itself. */
export type NewAccessToken = Pick<AccessToken, 'id' | 'plane' | 'name' | 'permissions'> & { readonly by: AccessToken['createdBy']; readonly now: Date };

/** A new operator or service token: the row to store, and the token, shown once. */
export const newAccessToken = (
  parts: NewAccessToken,
  vault: Pick<Vault, 'peppers' | 'randomBytes'>,
): { readonly accessToken: AccessToken; readonly token: Secret } => {
  const { token } = mintToken({ prefix: PREFIX_OF_PLANE[parts.plane], locator: '', randomBytes: vault.randomBytes });
  const accessToken = adoptAccessToken(parts, token.reveal(), vault);
  if (accessToken === null) throw new TypeError('what was minted is no token of its plane');
  return { accessToken, token };
};

/**
 * The row of an operator or service token that was minted and written down before it becomes valid; null where the text
 * is no token of that plane.
 */
export const adoptAccessToken = (parts: NewAccessToken, token: string, { peppers }: Pick<Vault, 'peppers'>): AccessToken | null => {
  const parsed = parseToken(token);
  if (parsed === null || parsed.prefix !== PREFIX_OF_PLANE[parts.plane]) return null;
  return {
    id: parts.id,
    plane: parts.plane,
    name: parts.name,
    permissions: parts.permissions,
    publicId: parsed.publicId,
    digest: digestOf(peppers.current, token),
    pepperId: peppers.current.id,
    createdBy: parts.by,
    createdAt: parts.now,
    revokedAt: null,
    revokedBy: null,
  };
};
