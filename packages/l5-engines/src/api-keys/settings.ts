import { parseCidr } from '../address.ts';
import { isManagementPermission } from '../permission.ts';
import type { FieldProblem } from '../rejection.ts';
import type { CreditSettings } from './credits.ts';
import type { ApiKey } from './key.ts';
import { grantablePatternProblem, permissionProblem } from './permission.ts';

/** What a key's owner decides about it, and may change while it lives. */
export interface KeySettings extends SettingFields {
  /** Null: its uses cost no credits. */
  readonly credits: CreditSettings | null;
}

/** The settings that stand in the key's own row as they are. */
export type SettingFields = Pick<
  ApiKey,
  | 'name' | 'permissions' | 'grantable' | 'allowedResources' | 'allowedAddresses' | 'expiresAt' | 'metadata' | 'ownerRef' | 'rateLimits' | 'maxConcurrent'
>;

/** What of a key's settings may be wrong; of its credits only whether it has any counts. */
export type JudgedSettings = SettingFields & Pick<ApiKey, 'hasCredits'>;

/** What is wrong with the settings of a key of this kind; empty when nothing is. Its kind is fixed when it is made. */
export const settingProblems = (kind: ApiKey['kind'], settings: JudgedSettings): readonly FieldProblem[] => [
  ...entryProblems('permissions', settings.permissions, permissionProblem),
  ...kindProblems(kind, settings),
  ...entryProblems('grantable', settings.grantable ?? [], grantablePatternProblem),
  ...entryProblems('allowedAddresses', settings.allowedAddresses, cidrProblem),
];

/** Why a key cannot be given this expiry; a key is not made, nor changed, to be dead at once. */
export const expiryProblems = (expiresAt: Date | null, now: Date): readonly FieldProblem[] =>
  // Written so that an invalid date, which compares false with everything, is a problem too.
  expiresAt === null || expiresAt.getTime() > now.getTime() ? [] : [{ path: ['expiresAt'], message: 'the expiry is not in the future' }];

/** Why a text cannot be one of `allowedAddresses`; `null` when it can. For input schemas. */
export const cidrProblem = (range: string): string | null => (parseCidr(range) === null ? 'not an IPv4 or IPv6 range in CIDR notation' : null);

const kindProblems = (kind: ApiKey['kind'], settings: JudgedSettings): FieldProblem[] => {
  const { permissions, grantable } = settings;
  if (kind === 'MANAGEMENT') {
    const keepsOne = permissions.some(isManagementPermission);
    return [...(keepsOne ? [] : [{ path: ['permissions'], message: 'a management key keeps at least one "hoc:" permission' }]), ...meteringProblems(settings)];
  }
  const problems: FieldProblem[] = permissions.flatMap((permission, index) =>
    isManagementPermission(permission) ? [{ path: ['permissions', index], message: 'a service key has no "hoc:" permission' }] : [],
  );
  if (grantable !== null) problems.push({ path: ['grantable'], message: 'a service key grants nothing' });
  return problems;
};

/** A management key is used at HOC itself, which takes from no meter. */
const meteringProblems = ({ rateLimits, hasCredits, maxConcurrent }: JudgedSettings): FieldProblem[] => {
  const metered = { rateLimits: rateLimits.length > 0, credits: hasCredits, maxConcurrent: maxConcurrent !== null };
  return Object.entries(metered).flatMap(([field, isSet]) => (isSet ? [{ path: [field], message: 'a management key is not metered: nothing would enforce it' }] : []));
};

const entryProblems = (field: string, entries: readonly string[], problemOf: (entry: string) => string | null): FieldProblem[] =>
  entries.flatMap((entry, index) => {
    const message = problemOf(entry);
    return message === null ? [] : [{ path: [field, index], message }];
  });
