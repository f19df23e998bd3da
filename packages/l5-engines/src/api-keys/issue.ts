import { digestOf } from '../digest.ts';
import type { FieldProblem } from '../rejection.ts';
import type { Vault } from '../scope.ts';
import type { Secret } from '../secret.ts';
import { mintToken } from '../token.ts';
import { creditFields } from './credits.ts';
import type { ApiKey } from './key.ts';
import { counterOf, kindOf, type CounterDelta } from './kind.ts';
import { expiryProblems, settingProblems, type KeySettings, type SettingFields } from './settings.ts';

/** All that a new key is made of. */
export interface NewKey extends KeySettings, KeyParts {}

interface KeyParts {
  readonly id: string;
  readonly tenantId: string;
  /** The locator of that tenant, with which the key's public id begins. */
  readonly locator: string;
  readonly projectId: string | null;
  readonly environment: ApiKey['environment'];
  readonly by: ApiKey['createdBy'];
  readonly now: Date;
}

export type IssuedKey =
  | {
      readonly ok: true;
      readonly key: ApiKey;
      /** Shown once. What is stored of it is its digest. */
      readonly token: Secret;
      readonly counterDelta: CounterDelta;
      /** How many credits to set beside it; null: it has none. */
      readonly credits: number | null;
    }
  | { readonly ok: false; readonly rejection: 'INVALID'; readonly problems: readonly FieldProblem[] };

/**
 * A new key, ACTIVE and counted, with its token. Its kind follows from its permissions. Refuses settings that no key can
 * have, and an expiry that is not in the future. Whether the tenant may have one more key is the invariants' to say.
 */
export const newKey = (parts: NewKey, vault: Pick<Vault, 'peppers' | 'randomBytes'>): IssuedKey => {
  const kind = kindOf(parts.permissions);
  const credits = creditFields(parts.credits);
  const problems = [...settingProblems(kind, { ...parts, ...credits }), ...expiryProblems(parts.expiresAt, parts.now)];
  if (problems.length > 0) return { ok: false, rejection: 'INVALID', problems };
  const { key, token } = mintKey({ ...parts, ...credits, kind, rotatedFrom: null, meterId: parts.id }, vault);
  return { ok: true, key, token, counterDelta: { counter: counterOf(kind), delta: 1 }, credits: parts.credits?.remaining ?? null };
};

/** The row and the token of a new key whose settings are known to be good: checked just now, or those of a key that stands. */
export const mintKey = (
  parts: KeyParts & SettingFields & Pick<ApiKey, 'kind' | 'rotatedFrom' | 'hasCredits' | 'creditRefill' | 'meterId'>,
  { peppers, randomBytes }: Pick<Vault, 'peppers' | 'randomBytes'>,
): { readonly key: ApiKey; readonly token: Secret } => {
  const { token, publicId } = mintToken({ prefix: parts.environment, locator: parts.locator, randomBytes });
  const key: ApiKey = {
    tenantId: parts.tenantId,
    id: parts.id,
    projectId: parts.projectId,
    kind: parts.kind,
    name: parts.name,
    environment: parts.environment,
    publicId,
    digest: digestOf(peppers.current, token.reveal()),
    pepperId: peppers.current.id,
    status: 'ACTIVE',
    permissions: parts.permissions,
    grantable: parts.grantable,
    allowedResources: parts.allowedResources,
    allowedAddresses: parts.allowedAddresses,
    expiresAt: parts.expiresAt,
    metadata: parts.metadata,
    ownerRef: parts.ownerRef,
    createdBy: parts.by,
    rotatedFrom: parts.rotatedFrom,
    rotatedTo: null,
    rotatedAt: null,
    priorExpiresAt: null,
    counted: true,
    revokedAt: null,
    revokedBy: null,
    revokedReason: null,
    frozenAt: null,
    frozenBy: null,
    frozenReason: null,
    createdAt: parts.now,
    updatedAt: parts.now,
    version: 1,
    rateLimits: parts.rateLimits,
    hasCredits: parts.hasCredits,
    creditRefill: parts.creditRefill,
    maxConcurrent: parts.maxConcurrent,
    meterId: parts.meterId,
  };
  return { key, token };
};
