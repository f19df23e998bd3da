/** How an invariant is enforced. The default of a fresh installation is STRICT. */
export const MODES = ['MONITOR', 'ENFORCE', 'STRICT'] as const;
export type Mode = (typeof MODES)[number];

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A stored mode of one invariant, for one tenant or (`tenantId: null`) for all. */
export interface ModeSetting {
  readonly invariantId: string;
  readonly tenantId: string | null;
  readonly mode: Mode;
  /** After this instant the setting is void and the next wider one holds. Null: until it is replaced. */
  readonly expiresAt: Date | null;
}

/**
 * The mode in force: the invariant's unexpired setting for this tenant, else for all tenants, else `fallback`.
 * Source: ARCHITECTURE.md, "Dispatch of a write".
 */
export function effectiveMode(
  invariantId: string,
  tenantId: string,
  settings: readonly ModeSetting[],
  fallback: Mode,
  now: Date,
): Mode {
  let forAll: Mode | null = null;
  for (const setting of settings) {
    if (setting.invariantId !== invariantId) continue;
    if (setting.expiresAt !== null && setting.expiresAt.getTime() <= now.getTime()) continue;
    if (setting.tenantId === tenantId) return setting.mode;
    if (setting.tenantId === null) forAll = setting.mode;
  }
  return forAll ?? fallback;
}

/** The modes in force for one write. */
export const modesIn =
  (settings: readonly ModeSetting[], { tenantId, now }: { readonly tenantId: string; readonly now: Date }, fallback: Mode) =>
  ({ id }: { readonly id: string }): Mode =>
    effectiveMode(id, tenantId, settings, fallback, now);

/** Whether a broken invariant of this severity stops the operation under this mode. */
export const blocks = (mode: Mode, severity: Severity): boolean =>
  mode === 'STRICT' || (mode === 'ENFORCE' && severity !== 'MEDIUM');

/** Whether an invariant that could not be evaluated stops the operation: always, but in MONITOR. */
export const blocksUnevaluable = (mode: Mode): boolean => mode !== 'MONITOR';
