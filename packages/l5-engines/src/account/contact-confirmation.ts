import { randomBase62 } from '../base62.ts';
import { digestOf } from '../digest.ts';
import type { Vault } from '../scope.ts';
import { seal } from '../sealing.ts';
import { Secret } from '../secret.ts';
import { unwrapDataKey } from '../data-key.ts';
import type { ContactConfirmation, TenantDataKey } from './rows.ts';

/** How long a token confirms its address. */
export const CONFIRMATION_HOURS = 24;
const CONFIRMATION_MS = CONFIRMATION_HOURS * 3_600_000;
/** How many go out in that time at most, the first one included: an address that nobody has confirmed may be somebody else's. */
export const CONFIRMATIONS_AT_MOST = 5;

const PREFIX = 'hoc_contact_';
const TOKEN_LENGTH = 32;

/** The time since which confirmations count against {@link CONFIRMATIONS_AT_MOST}. */
export const countedSince = (now: Date): Date => new Date(now.getTime() - CONFIRMATION_MS);

/** In how many whole seconds another confirmation may go out, by when the counted ones were made, the oldest first; 0: now. */
export const secondsUntilAnother = (madeAt: readonly Date[], now: Date): number => {
  const freed = madeAt.at(-CONFIRMATIONS_AT_MOST);
  return freed === undefined ? 0 : Math.ceil((freed.getTime() + CONFIRMATION_MS - now.getTime()) / 1000);
};

/** What the outbox is told: the token is sealed for this tenant and this confirmation alone. */
export interface RequestedConfirmation {
  readonly confirmationId: string;
  readonly address: string;
  readonly expiresAt: string;
  readonly dataKeyId: string;
  readonly sealedToken: string;
}

export type NewContactConfirmation =
  | { readonly ok: true; readonly confirmation: ContactConfirmation; readonly requested: RequestedConfirmation }
  /** The tenant's data key cannot be unwrapped. */
  | { readonly ok: false; readonly problem: string };

/** A new confirmation of an address: the row with the token's digest, and the token, sealed, for whoever delivers it. */
export const newContactConfirmation = (
  parts: { readonly id: string; readonly tenantId: string; readonly address: string; readonly dataKey: TenantDataKey; readonly now: Date },
  { peppers, keks, randomBytes }: Vault,
): NewContactConfirmation => {
  const { id, tenantId, address, dataKey, now } = parts;
  const unwrapped = unwrapDataKey(dataKey, keks);
  if (!unwrapped.ok) return unwrapped;
  const token = PREFIX + randomBase62(TOKEN_LENGTH, randomBytes);
  const expiresAt = new Date(now.getTime() + CONFIRMATION_MS);
  return {
    ok: true,
    confirmation: { tenantId, id, address, digest: digestOf(peppers.current, token), pepperId: peppers.current.id, expiresAt, usedAt: null, createdAt: now },
    requested: {
      confirmationId: id, address, expiresAt: expiresAt.toISOString(), dataKeyId: dataKey.id,
      sealedToken: seal(unwrapped.key, new Secret(token), [tenantId, id], randomBytes),
    },
  };
};
