import type { RandomBytes } from '../scope.ts';
import { Secret } from '../secret.ts';

/** Standard Webhooks: 24 to 64 bytes, shown as `whsec_` and base64. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

/** How long a secret that was rotated goes on signing beside the new one. */
export const ROTATION_OVERLAP_MS = 86_400_000;

/** What an endpoint signs with: the current secret, and the one before it while that still signs. */
export interface SigningSecrets {
  readonly current: Secret;
  readonly previous: { readonly secret: Secret; readonly until: Date } | null;
}

/** A new signing secret, to be shown once. @see https://www.standardwebhooks.com */
export const newSigningSecret = (randomBytes: RandomBytes): Secret => new Secret(PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString('base64'));

/** The bytes that a signing secret stands for. */
export const keyOfSecret = (secret: Secret): Buffer => Buffer.from(secret.reveal().slice(PREFIX.length), 'base64');

/** Puts a new secret in the place of the current one, which signs beside it for a day. One from before that ends at once. */
export const rotateSecret = ({ current }: SigningSecrets, next: Secret, now: Date): SigningSecrets => ({
  current: next, previous: { secret: current, until: new Date(now.getTime() + ROTATION_OVERLAP_MS) },
});

/** The secrets that sign now, the current one first. */
export const signingNow = ({ current, previous }: SigningSecrets, now: Date): readonly Secret[] =>
  previous !== null && now.getTime() < previous.until.getTime() ? [current, previous.secret] : [current];

/** What is sealed of an endpoint's secrets. */
export const writeSecrets = ({ current, previous }: SigningSecrets): Secret =>
  // Into another secret: the text leaves by being sealed alone.
  new Secret(JSON.stringify([current.reveal(), ...(previous === null ? [] : [previous.secret.reveal(), previous.until.getTime()])]));

/** The secrets that {@link writeSecrets} wrote. */
export const readSecrets = (written: Secret): SigningSecrets => {
  // Sealed by us and authenticated since: it has this form.
  const [current, previous, until] = JSON.parse(written.reveal()) as [string, string?, number?];
  return {
    current: new Secret(current),
    previous: previous === undefined || until === undefined ? null : { secret: new Secret(previous), until: new Date(until) },
  };
};
