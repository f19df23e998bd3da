import type { Vault } from '../scope.ts';
import type { Secret } from '../secret.ts';
import { locatorOf } from '../token.ts';
import { mintKey } from './issue.ts';
import type { ApiKey, RotationPair } from './key.ts';
import { counterOf, type CounterDelta } from './kind.ts';
import { allowsStep, changed, revoked, type Breach } from './lifecycle.ts';

/** The longest overlap of a rotation: 30 days. */
export const MAX_OVERLAP_SECONDS = 2_592_000;

export interface Rotation {
  readonly ok: true;
  /** The new key, to be inserted. */
  readonly key: ApiKey;
  /** The token of the new key, shown once. */
  readonly token: Secret;
  /** The old key, to be saved. */
  readonly previous: ApiKey;
  readonly counterDelta: CounterDelta;
}

export interface UndoneRotation {
  readonly ok: true;
  /** The new key, revoked, to be saved. */
  readonly key: ApiKey;
  /** The old key with its expiry back, to be saved; the answer of the operation. */
  readonly previous: ApiKey;
  readonly counterDelta: CounterDelta;
}

/**
 * A new key and token in place of the old, with the same settings. The old key stops counting; it lives on for
 * `overlapSeconds` (never longer than it would have), and with 0 it is revoked at once.
 */
export const rotate = (
  old: ApiKey,
  how: { readonly id: string; readonly overlapSeconds: number; readonly by: ApiKey['createdBy']; readonly now: Date },
  vault: Pick<Vault, 'peppers' | 'randomBytes'>,
): Rotation | Breach => {
  const { id, overlapSeconds, by, now } = how;
  const allowed = allowsStep({ key: old, other: null }, 'rotate', now);
  if (allowed !== true) return { ok: false, breach: allowed };
  const { key, token } = mintKey({ ...old, id, locator: locatorOf(old.publicId), rotatedFrom: old.id, by, now }, vault);
  const ended =
    overlapSeconds > 0
      ? { ...changed(old, now), expiresAt: sooner(old.expiresAt, new Date(now.getTime() + overlapSeconds * 1000)), counted: false }
      : revoked(old, { by, reason: 'rotated without an overlap', now }).key;
  const previous: ApiKey = { ...ended, rotatedTo: id, rotatedAt: now, priorExpiresAt: old.expiresAt };
  return { ok: true, key, token, previous, counterDelta: movedFrom([old], [key, previous]) };
};

/**
 * Within the overlap: revokes the new key, gives the old one its expiry back and counts it again. A frozen old key comes
 * back frozen.
 */
export const undoRotation = (pair: RotationPair, { by, now }: { readonly by: ApiKey['createdBy']; readonly now: Date }): UndoneRotation | Breach => {
  const allowed = allowsStep(pair, 'undo_rotation', now);
  if (allowed !== true) return { ok: false, breach: allowed };
  const { key: rotated, other: old } = pair;
  if (old === null) throw new Error('a rotation without its old key was allowed to be undone');
  const { key } = revoked(rotated, { by, reason: 'rotation undone', now });
  const previous: ApiKey = { ...changed(old, now), expiresAt: old.priorExpiresAt, priorExpiresAt: null, rotatedTo: null, rotatedAt: null, counted: true };
  return { ok: true, key, previous, counterDelta: movedFrom([rotated, old], [key, previous]) };
};

const sooner = (expiresAt: Date | null, end: Date): Date => (expiresAt !== null && expiresAt.getTime() < end.getTime() ? expiresAt : end);

/** How far the counter moves when these rows become those. A rotation keeps the kind, so it is one counter. */
const movedFrom = (before: readonly [ApiKey, ...ApiKey[]], after: readonly ApiKey[]): CounterDelta => {
  const counted = (keys: readonly ApiKey[]): number => keys.filter((key) => key.counted).length;
  return { counter: counterOf(before[0].kind), delta: counted(after) - counted(before) };
};
