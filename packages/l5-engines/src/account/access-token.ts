import { digestOf } from '../digest.ts';
import type { Vault } from '../scope.ts';
import type { Secret } from '../secret.ts';
import { mintToken, type TokenPrefix } from '../token.ts';
import type { AccessToken } from './rows.ts';

/** How the token of each plane begins after `hoc_`. */
export const PREFIX_OF_PLANE: Readonly<Record<AccessToken['plane'], TokenPrefix>> = { fdr: 'op', int: 'svc' };

/** A new operator or service token: the row to store, and the token, shown once. */
export const newAccessToken = (
  parts: Pick<AccessToken, 'id' | 'plane' | 'name' | 'permissions'> & { readonly by: AccessToken['createdBy']; readonly now: Date },
  { peppers, randomBytes }: Pick<Vault, 'peppers' | 'randomBytes'>,
): { readonly accessToken: AccessToken; readonly token: Secret } => {
  const { token, publicId } = mintToken({ prefix: PREFIX_OF_PLANE[parts.plane], locator: '', randomBytes });
  const accessToken: AccessToken = {
    id: parts.id,
    plane: parts.plane,
    name: parts.name,
    permissions: parts.permissions,
    publicId,
    digest: digestOf(peppers.current, token.reveal()),
    pepperId: peppers.current.id,
    createdBy: parts.by,
    createdAt: parts.now,
    revokedAt: null,
    revokedBy: null,
  };
  return { accessToken, token };
};
