import { isExpired } from '@hoc/l5-engines/api-keys/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import type { RejectionKind } from '../../kernel/operation.ts';
import type { Request } from '../../kernel/request.ts';
import { reject, type Rejection } from '../../kernel/result.ts';

/** Declares that an operation looks again at the key that asks for it. */
export const UNAUTHENTICATED = { UNAUTHENTICATED: { status: 401, title: 'Unauthenticated' } } as const satisfies Record<string, RejectionKind>;

/** Such a refusal: what the key was good for when it authenticated counts for nothing. */
export const noLongerInUse = (): { readonly ok: false; readonly rejection: Rejection<'UNAUTHENTICATED'> } =>
  reject('UNAUTHENTICATED', 'The key that asks is no longer in use.');

/**
 * Whether the key that asks is in use now. Asked under the locks of whoever changes a key ({@link keyUnderUpdateLock}), so a freeze
 * or a revocation that came first is seen: a key that has just been frozen must not lift that by a request that was waiting for it.
 */
export async function isAskerInUse({ keys }: WriteScope, { principal, tenantId, now }: Request<unknown>): Promise<boolean> {
  const key = await keys.grantOf(tenantId, principal.id);
  return key !== null && key.status === 'ACTIVE' && !isExpired(key, now);
}
