import { digestOf } from './digest.ts';
import type { PepperRing } from './keyring.ts';

/** What is stored of a token, and under which pepper. */
export interface StoredDigest {
  readonly digest: string;
  readonly pepperId: string;
}

/** A key of a tenant, or a token of the platform's. */
export type TokenHolder = { readonly tenantId: string | null; readonly id: string };

/**
 * A token that was found under an older pepper, and what is to be stored of it in the place of that. INVARIANT: both are of the
 * token that was presented: nobody but its holder can bring about what is to be stored.
 */
export interface UnderOldPepper extends TokenHolder {
  readonly from: StoredDigest;
  readonly to: StoredDigest;
}

/** Told of tokens found under an older pepper. It must neither throw nor keep the answer waiting. */
export type OnOldPepper = (found: UnderOldPepper) => void;

/**
 * Tells of a token that was found under another pepper than the current one; of every other one, nothing is computed. A row that names
 * a pepper which is not in the file was not found by its digest, so there is none.
 */
export const tellOldPepper = (
  { vault: { peppers }, redigest }: { readonly vault: { readonly peppers: PepperRing }; readonly redigest?: OnOldPepper },
  token: string,
  { tenantId, id, pepperId }: TokenHolder & { readonly pepperId: string },
): void => {
  if (pepperId === peppers.current.id || redigest === undefined) return;
  const older = peppers.keys.find((pepper) => pepper.id === pepperId);
  if (older === undefined) return;
  redigest({
    tenantId, id,
    from: { digest: digestOf(older, token), pepperId },
    to: { digest: digestOf(peppers.current, token), pepperId: peppers.current.id },
  });
};
