import type { ApiKey, RotationPair } from './key.ts';
import { counterOf, type CounterDelta } from './kind.ts';

/** The steps of a key's life that BI-APIKEY-004 guards. */
export const KEY_STEPS = ['revoke', 'freeze', 'unfreeze', 'rotate', 'undo_rotation'] as const;
export type KeyStep = (typeof KEY_STEPS)[number];

/** Who takes a step, when, and why. */
export interface Cause {
  readonly by: ApiKey['createdBy'];
  readonly reason: string;
  readonly now: Date;
}

/** A step that the key's state does not allow, as a sentence. */
export interface Breach {
  readonly ok: false;
  readonly breach: string;
}

export interface Step {
  readonly ok: true;
  /** The key as it is to be saved, at the version after the one that was read. */
  readonly key: ApiKey;
  readonly counterDelta: CounterDelta;
}

/** Whether the expiry has come: a key is dead from the very instant of its `expiresAt`. */
export const isExpired = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now: Date): boolean =>
  // Written so that an expiry that cannot be read, which compares false with everything, has come.
  expiresAt !== null && !(expiresAt.getTime() > now.getTime());

/** Whether a key is live: ACTIVE or FROZEN, and not expired, by this clock or by the one that settled it. */
export const isLive = (key: Pick<ApiKey, 'status' | 'expiresAt' | 'counted' | 'rotatedTo'>, now: Date): boolean =>
  (key.status === 'ACTIVE' || key.status === 'FROZEN') && !isExpired(key, now) && !isSettled(key);

/**
 * Whether an expired key (not a revoked one) was taken out of the count, so that another has its place. INVARIANT: expiry is final from then on. A
 * request that waited for its locks since before the expiry, or a server whose clock is behind, must not bring the key back.
 */
const isSettled = ({ counted, rotatedTo }: Pick<ApiKey, 'counted' | 'rotatedTo'>): boolean => !counted && rotatedTo === null;

/**
 * Whether the state of the key allows the step; if not, why. Revoke, freeze and unfreeze look at the stored status alone,
 * since they protect or are harmless on a key that has expired; whatever brings a key to life looks at the clock too.
 * `pair.other` is the key that `pair.key` was made from by a rotation.
 */
export const allowsStep = ({ key, other }: RotationPair, step: KeyStep, now: Date): true | string => {
  if (key.status === 'REVOKED') return `the key was already revoked${at(key.revokedAt)}`;
  switch (step) {
    case 'revoke':
      return true;
    case 'freeze':
      return key.status === 'ACTIVE' || `the key was already frozen${at(key.frozenAt)}`;
    case 'unfreeze':
      return key.status === 'FROZEN' || 'the key is not frozen';
    case 'rotate':
      if (key.rotatedTo !== null) return `the key was already rotated${at(key.rotatedAt)}`;
      if (!isLive(key, now)) return `the key expired${at(key.expiresAt)}`;
      return key.status === 'ACTIVE' || `the key was frozen${at(key.frozenAt)}`;
    case 'undo_rotation':
      return allowsUndo(key, other, now);
    default:
      return step satisfies never;
  }
};

/** Ends the key for good. */
export const revoke = (key: ApiKey, cause: Cause): Step | Breach => {
  const allowed = allowsStep({ key, other: null }, 'revoke', cause.now);
  return allowed === true ? { ok: true, ...revoked(key, cause) } : { ok: false, breach: allowed };
};

/** Takes the key out of use until it is unfrozen. It stays live, and counted. */
export const freeze = (key: ApiKey, { by, reason, now }: Cause): Step | Breach => {
  const allowed = allowsStep({ key, other: null }, 'freeze', now);
  if (allowed !== true) return { ok: false, breach: allowed };
  return unmoved({ ...changed(key, now), status: 'FROZEN', frozenAt: now, frozenBy: by, frozenReason: reason });
};

/** Takes a frozen key back into use. */
export const unfreeze = (key: ApiKey, { now }: Pick<Cause, 'now'>): Step | Breach => {
  const allowed = allowsStep({ key, other: null }, 'unfreeze', now);
  if (allowed !== true) return { ok: false, breach: allowed };
  return unmoved({ ...changed(key, now), status: 'ACTIVE', frozenAt: null, frozenBy: null, frozenReason: null });
};

/** The key, revoked and no longer counted. INVARIANT: a counter moves by what the row says it counts for, not by what the clock says. */
export const revoked = (key: ApiKey, { by, reason, now }: Cause): Omit<Step, 'ok'> => ({
  key: { ...changed(key, now), status: 'REVOKED', counted: false, revokedAt: now, revokedBy: by, revokedReason: reason },
  counterDelta: { counter: counterOf(key.kind), delta: key.counted ? -1 : 0 },
});

/** The key at its next version. */
export const changed = (key: ApiKey, now: Date): ApiKey => ({ ...key, updatedAt: now, version: key.version + 1 });

const unmoved = (key: ApiKey): Step => ({ ok: true, key, counterDelta: { counter: counterOf(key.kind), delta: 0 } });

const allowsUndo = (key: ApiKey, other: ApiKey | null, now: Date): true | string => {
  if (key.rotatedFrom === null || other === null) return 'the key does not come from a rotation';
  if (key.rotatedTo !== null) return `the key was itself rotated${at(key.rotatedAt)}`;
  if (!isLive(key, now)) return `the key expired${at(key.expiresAt)}`;
  if (other.id !== key.rotatedFrom || other.rotatedTo !== key.id) return 'the rotation was already undone';
  if (other.status === 'REVOKED') return `the old key was revoked${at(other.revokedAt)}`;
  return !isExpired(other, now) || `the overlap ended${at(other.expiresAt)}`;
};

const at = (instant: Date | null): string => (instant === null ? '' : ` at ${instant.toISOString()}`);
