import type { Call } from './call.ts';
import { canonicalJson } from './canonical.ts';
import type { AnyWrite } from './operation.ts';
import type { ClaimAnswer, Fingerprints, IdempotencyClaim } from './ports.ts';
import type { Request } from './request.ts';
import type { Denial } from './result.ts';

/** How long the answer to an idempotency key is kept. Source: HTTP-API.md, "Idempotency". */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** The claim that a call makes on its idempotency key; null where it has none. Its fingerprint is over what the caller sent. */
export function claimOf({ address }: AnyWrite, request: Request<unknown>, { idempotencyKey: key, input }: Call, fingerprints: Fingerprints): IdempotencyClaim | null {
  if (key === undefined) return null;
  const operation = address.join(' ');
  const [fingerprint, ...olderFingerprints] = fingerprints(canonicalJson({ operation, tenantId: request.tenantId, input: input ?? null }));
  return {
    key, operation, principalId: request.principal.id, now: request.now, expiresAt: new Date(request.now.getTime() + KEPT_MS),
    fingerprint, olderFingerprints,
  };
}

/** What an earlier request under the same key means for this one. */
export type Earlier =
  | { readonly is: 'NONE' }
  | { readonly is: 'ANSWERED'; readonly value: unknown }
  | { readonly is: 'IN_THE_WAY'; readonly denial: Denial };

/** Reads the answer to a claim. */
export function earlierOf(answer: ClaimAnswer, { fingerprint, olderFingerprints }: IdempotencyClaim, requestId: string): Earlier {
  switch (answer.claim) {
    case 'CLAIMED':
      return { is: 'NONE' };
    case 'IN_FLIGHT':
      return {
        is: 'IN_THE_WAY',
        denial: {
          code: 'IDEMPOTENCY_IN_FLIGHT', status: 409, requestId, retryAfterSeconds: 1,
          detail: 'A request with this idempotency key is still being worked on. Try again in a moment.',
        },
      };
    case 'COMPLETED':
      if (answer.fingerprint === fingerprint || olderFingerprints.includes(answer.fingerprint)) return { is: 'ANSWERED', value: JSON.parse(answer.answer) };
      return {
        is: 'IN_THE_WAY',
        denial: { code: 'IDEMPOTENCY_MISMATCH', status: 422, requestId, detail: 'This idempotency key was used for another request. Use a new key.' },
      };
    default:
      return answer satisfies never;
  }
}

/** What is stored for a replay: the answer as JSON, or what the operation makes of one that holds a secret. */
export function replayable({ replay }: AnyWrite, value: unknown): string {
  // The value's type is erased in AnyWrite; it is this operation's own.
  const told = replay === undefined ? value : (replay as (value: unknown) => unknown)(value);
  return JSON.stringify(told ?? null);
}
