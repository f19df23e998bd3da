import type { FieldProblem } from '../rejection.ts';
import { creditFields } from './credits.ts';
import type { ApiKey } from './key.ts';
import { changed, isLive } from './lifecycle.ts';
import { expiryProblems, settingProblems, type KeySettings, type SettingFields } from './settings.ts';

/** The settings to change. A setting that is absent, or `undefined`, stays as it is. */
export type KeyPatch = { readonly [Field in keyof KeySettings]?: KeySettings[Field] | undefined };

export type PatchedKey =
  | {
      readonly ok: true;
      readonly key: ApiKey;
      /** How many credits to set beside it; null: they stay as they are. */
      readonly credits: number | null;
    }
  /** The key is revoked or has expired: a change of its settings would bring it to life past the invariants that guard that. */
  | { readonly ok: false; readonly rejection: 'KEY_NOT_LIVE' }
  /** The key was rotated: its expiry is the end of the overlap, which only `undo_rotation` takes back. */
  | { readonly ok: false; readonly rejection: 'KEY_ROTATED' }
  | { readonly ok: false; readonly rejection: 'INVALID'; readonly problems: readonly FieldProblem[] };

const PATCHABLE = ['name', 'permissions', 'grantable', 'allowedResources', 'allowedAddresses', 'expiresAt', 'metadata', 'ownerRef', 'rateLimits', 'maxConcurrent'] as const satisfies readonly (keyof SettingFields)[];

/** The key with the patch applied, at its next version. Its kind never changes, and so neither does any counter. */
export const applyPatch = (key: ApiKey, patch: KeyPatch, now: Date): PatchedKey => {
  if (!isLive(key, now)) return { ok: false, rejection: 'KEY_NOT_LIVE' };
  const { expiresAt, credits } = patch;
  if (expiresAt !== undefined && key.rotatedTo !== null && !isSameInstant(expiresAt, key.expiresAt)) return { ok: false, rejection: 'KEY_ROTATED' };
  const next: ApiKey = { ...changed(key, now), ...given(patch), ...(credits === undefined ? {} : creditFields(credits)) };
  const problems = [...settingProblems(key.kind, next), ...(expiresAt === undefined ? [] : expiryProblems(expiresAt, now))];
  return problems.length > 0 ? { ok: false, rejection: 'INVALID', problems } : { ok: true, key: next, credits: credits?.remaining ?? null };
};

/** The settings that the patch holds, and nothing else that an object might carry along. */
const given = (patch: KeyPatch): Partial<SettingFields> =>
  // Each entry is a patchable field with a value of that field's type: the key and the value come from one entry of `patch`.
  Object.fromEntries(PATCHABLE.flatMap((field) => (patch[field] === undefined ? [] : [[field, patch[field]]]))) as Partial<SettingFields>;

const isSameInstant = (one: Date | null, other: Date | null): boolean => one?.getTime() === other?.getTime();
