import { PLATFORM, type Mode, type State } from './state.ts';

/**
 * The invariants of tenants, projects and keys in DOMAIN.md's table: severity and status. Those of other domains judge no operation that the
 * model asks for, and are left aside wherever HOC lists them; each has proofs of its own. All are CRITICAL or HIGH, so ENFORCE blocks as STRICT does.
 */
export const INVARIANTS = {
  'BI-TENANT-001': { severity: 'CRITICAL', status: 409 },
  'BI-TENANT-002': { severity: 'HIGH', status: 422 },
  'BI-TENANT-003': { severity: 'HIGH', status: 409 },
  'BI-TENANT-004': { severity: 'CRITICAL', status: 409 },
  'BI-TENANT-005': { severity: 'CRITICAL', status: 500 },
  'BI-TENANT-006': { severity: 'HIGH', status: 409 },
  'BI-TENANT-007': { severity: 'HIGH', status: 409 },
  'BI-TENANT-008': { severity: 'HIGH', status: 409 },
  'BI-TENANT-009': { severity: 'HIGH', status: 409 },
  'BI-APIKEY-001': { severity: 'CRITICAL', status: 409 },
  'BI-APIKEY-002': { severity: 'HIGH', status: 409 },
  'BI-APIKEY-003': { severity: 'CRITICAL', status: 403 },
  'BI-APIKEY-004': { severity: 'HIGH', status: 409 },
  'BI-APIKEY-005': { severity: 'CRITICAL', status: 409 },
} as const;
export type InvariantId = keyof typeof INVARIANTS;

/** How a rule stands: it holds, is broken, or is broken because what it is about is missing (404). */
export type Standing = 'HELD' | 'BROKEN' | 'MISSING';

export const held = (holds: boolean): Standing => (holds ? 'HELD' : 'BROKEN');

/** A rule as it was judged. */
export interface Judged {
  readonly id: InvariantId;
  readonly mode: Mode;
  readonly standing: Standing;
}

/** "Effective mode = the invariant's own setting for this tenant, else for all tenants, else STRICT"; a setting ends at its expiry. */
export function effectiveMode({ settings, now }: State, id: InvariantId, tenantId: string): Mode {
  for (const scope of [tenantId, PLATFORM]) {
    const setting = settings.get(scope)?.get(id);
    if (setting !== undefined && (setting.expiresAt === null || setting.expiresAt > now)) return setting.mode;
  }
  return 'STRICT';
}

export const judge = (state: State, tenantId: string, id: InvariantId, standing: Standing): Judged => ({ id, standing, mode: effectiveMode(state, id, tenantId) });

/** A denial as the model foresees it: code, status, and the invariants that it names, the most severe first. */
export interface Denied {
  readonly code: string;
  readonly status: number;
  readonly violations: readonly string[];
}

export const denial = (code: string, status: number, violations: readonly string[] = []): Denied => ({ code, status, violations });
export const NOT_FOUND: Denied = denial('NOT_FOUND', 404);
export const INVALID: Denied = denial('INVALID_INPUT', 400);

/** What the judged rules amount to; null where none of them stops the write. */
export function stopped(judged: readonly Judged[]): Denied | null {
  const blocking = judged.filter(({ mode, standing }) => standing !== 'HELD' && mode !== 'MONITOR');
  // "A violated invariant whose status is 404 comes before all others, answers as plain NOT_FOUND and names nothing."
  if (blocking.some(({ standing }) => standing === 'MISSING')) return NOT_FOUND;
  const [first, ...others] = blocking.map(({ id }) => id).sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return first === undefined ? null : denial('INVARIANT_VIOLATION', INVARIANTS[first].status, [first, ...others]);
}

const rank = (id: InvariantId): number => (INVARIANTS[id].severity === 'CRITICAL' ? 0 : 1);
