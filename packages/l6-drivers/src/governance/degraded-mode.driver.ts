import { degradedMode, type DegradedMode } from '@hoc/l7-models/governance.tables';
import type { Actor } from '@hoc/l7-models/actor';
import { columns } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const GET: Statement = { name: 'degraded_mode.get', text: `select ${columns(degradedMode)} from degraded_mode where id = 'degraded_mode'` };
const SET: Statement = {
  name: 'degraded_mode.set',
  text: `update degraded_mode set is_degraded = $1, reason = $2, set_by = $3, set_at = $4 where id = 'degraded_mode' returning id`,
};

/** Whether the installation refuses writes, who said so, when and why. */
export type DegradedState = Omit<DegradedMode, 'id'>;

export interface NewDegradedState {
  readonly isDegraded: boolean;
  /** Required while degraded. */
  readonly reason: string | null;
  readonly setBy: Actor;
  readonly setAt: Date;
}

export class DegradedModeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Throws where the row is missing: a gate that cannot be read is not open. */
  async get(): Promise<DegradedState> {
    const [row] = await this.#sql.run<DegradedMode>(GET, []);
    if (row === undefined) throw new Error('the row of the degraded mode is missing');
    const { id: _, ...state } = row;
    return state;
  }
}

export class DegradedModeWriter extends DegradedModeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  async set({ isDegraded, reason, setBy, setAt }: NewDegradedState): Promise<void> {
    const rows = await this.#sql.run(SET, [isDegraded, reason, json(setBy), setAt]);
    if (rows.length !== 1) throw new Error('the row of the degraded mode is missing');
  }
}
