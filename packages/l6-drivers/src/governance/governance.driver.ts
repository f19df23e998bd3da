import type { Mode } from '@hoc/l7-models/enums';
import { PLATFORM } from '@hoc/l7-models/platform';
import type { Sql, Statement } from '../database/sql.ts';

/** What a write must know before it is judged. */
export interface Governance {
  readonly degraded: { readonly reason: string } | null;
  readonly settings: readonly StoredMode[];
}

export interface StoredMode {
  readonly invariantId: string;
  /** Null: for all tenants. */
  readonly tenantId: string | null;
  readonly mode: Mode;
  readonly expiresAt: Date | null;
}

const READ: Statement = {
  name: 'governance.read',
  text: `select degraded_mode.is_degraded as "isDegraded", degraded_mode.reason as "reason", invariant_modes.invariant_id as "invariantId",
      invariant_modes.tenant_id as "tenantId", invariant_modes.mode as "mode", invariant_modes.expires_at as "expiresAt"
    from degraded_mode
      left join invariant_modes on invariant_modes.tenant_id in ($1, '${PLATFORM}') and invariant_modes.invariant_id = any($2::text[])
    where degraded_mode.id = 'degraded_mode'`,
};

interface Row {
  readonly isDegraded: boolean;
  readonly reason: string | null;
  readonly invariantId: string | null;
  readonly tenantId: string;
  readonly mode: Mode;
  readonly expiresAt: Date | null;
}

/** The degraded state and the stored modes of some invariants, read together. */
export class GovernanceReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** For one tenant: its own modes and those for all. Throws where the state cannot be read: a gate that cannot be read is not open. */
  async read(tenantId: string, invariantIds: readonly string[]): Promise<Governance> {
    const rows = await this.#sql.run<Row>(READ, [tenantId, invariantIds]);
    const [state] = rows;
    if (state === undefined) throw new Error('the row of the degraded mode is missing');
    const settings = rows.flatMap(({ invariantId, tenantId: owner, mode, expiresAt }) =>
      invariantId === null ? [] : [{ invariantId, tenantId: owner === PLATFORM ? null : owner, mode, expiresAt }],
    );
    return { degraded: state.isDegraded ? { reason: state.reason ?? '' } : null, settings };
  }
}
