import { violations, type Violation } from '@hoc/l7-models/governance.tables';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const FILTER = `($2::text is null or invariant_id = $2) and ($3::timestamptz is null or (at, id) < ($3, $4)) order by at desc, id desc limit $5`;
const LIST_OF_ALL: Statement = {
  name: 'violations.list_of_all',
  text: `select ${columns(violations)} from violations where $1::text is null and ${FILTER}`,
};
const LIST_OF_TENANT: Statement = {
  name: 'violations.list_of_tenant',
  text: `select ${columns(violations)} from violations where tenant_id = $1 and ${FILTER}`,
};

export interface ViolationFilter {
  readonly tenantId?: string | undefined;
  readonly invariantId?: string | undefined;
  readonly limit: number;
  readonly after?: { readonly at: Date; readonly id: string } | undefined;
}

export class ViolationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The newest first. Visible in full on the platform, elsewhere the tenant's own. */
  list({ tenantId, invariantId, limit, after }: ViolationFilter): Promise<Violation[]> {
    const statement = tenantId === undefined ? LIST_OF_ALL : LIST_OF_TENANT;
    return this.#sql.run<Violation>(statement, [tenantId ?? null, invariantId ?? null, after?.at ?? null, after?.id ?? null, limit]);
  }
}
