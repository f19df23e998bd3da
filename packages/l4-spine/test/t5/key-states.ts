import { rotateKey, type Cast, type MadeKey, type Stage } from './stage.ts';

/** The new key of a rotation that is still in its overlap. */
export async function rotated(stage: Stage, tenant: Cast, keyId: string): Promise<MadeKey> {
  const { key, token } = await stage.do<{ key: { id: string }; token: string }>(rotateKey(tenant, keyId));
  return { id: key.id, token };
}

/** Writes an expiry that has passed: what a key's own life leads to only in time. */
export const expire = (stage: Stage, tenant: Cast, keyId: string): Promise<unknown> =>
  stage.db.asOwner(`update api_keys set expires_at = created_at where tenant_id = $1 and id = $2`, [tenant.id, keyId]);
