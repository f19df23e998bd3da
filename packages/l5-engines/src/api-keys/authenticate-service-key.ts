import { digestsOf } from '../digest.ts';
import { tellOldPepper } from '../redigest.ts';
import type { DecideScope } from '../scope.ts';
import { locatorOf, parseToken } from '../token.ts';
import { unreadableField, verdict } from './verdict.ts';

/** The one thing of HOC that a service key may do. No key can be given it, so that no management key has it. */
export const ATTEST_PERMISSION = 'hoc:onboarding.attest';

/** The service key that a request carries. */
export interface PresentingKey {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
}

/**
 * - `UNAUTHENTICATED`: the token would not verify, or is no API key's.
 * - `MANAGEMENT_KEY`: a key that verifies, but manages HOC: no SDK carries it.
 * - `FORBIDDEN_ADDRESS`: a good service key from an address outside its `allowedAddresses`.
 */
export type ServiceKeyRefusal = 'UNAUTHENTICATED' | 'MANAGEMENT_KEY' | 'FORBIDDEN_ADDRESS';

export type ServiceKeyAuthentication = { readonly ok: true; readonly key: PresentingKey } | { readonly ok: false; readonly refusal: ServiceKeyRefusal };

/**
 * Which service key a token is, by the exact truth and the very verdict of a verification. What it is used for is no resource of the
 * operator's API, so a key that is limited to some of those is asked about one that it allows.
 */
export const authenticateServiceKey = async (
  scope: DecideScope,
  { token, address }: { readonly token: string; readonly address: string | null },
  now: Date,
): Promise<ServiceKeyAuthentication> => {
  const parsed = parseToken(token);
  if (parsed === null || (parsed.prefix !== 'live' && parsed.prefix !== 'test')) return refuse('UNAUTHENTICATED');
  const tenantId = await scope.locators.resolve(locatorOf(parsed.publicId));
  if (tenantId === null) return refuse('UNAUTHENTICATED');
  const truth = await scope.truth.find(tenantId, digestsOf(scope.vault.peppers, token));
  if (truth === null) return refuse('UNAUTHENTICATED');
  const { key } = truth;
  tellOldPepper(scope, token, key);
  const field = unreadableField(truth);
  if (field !== null) {
    scope.alarm?.({ tenantId: key.tenantId, id: key.id, field });
    return refuse('UNAUTHENTICATED');
  }
  const code = verdict(truth, { address: address ?? undefined, resource: key.allowedResources[0] }, now);
  if (code === 'FORBIDDEN_ADDRESS') return refuse(key.kind === 'SERVICE' ? 'FORBIDDEN_ADDRESS' : 'UNAUTHENTICATED');
  if (code !== 'VALID') return refuse('UNAUTHENTICATED');
  return key.kind === 'SERVICE' ? { ok: true, key: { id: key.id, name: key.name, tenantId: key.tenantId } } : refuse('MANAGEMENT_KEY');
};

const refuse = (refusal: ServiceKeyRefusal): ServiceKeyAuthentication => ({ ok: false, refusal });
