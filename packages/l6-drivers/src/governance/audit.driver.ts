import { auditEntries, type AuditEntryRow, type AuditHeadRow } from '@hoc/l7-models/governance.tables';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const HEAD: Statement = { name: 'audit_heads.get', text: 'select seq, hash from audit_heads where tenant_id = $1' };
const ENTRIES: Statement = {
  name: 'audit_entries.after',
  text: `select ${columns(auditEntries)} from audit_entries where tenant_id = $1 and seq > $2 order by seq limit $3`,
};
const LIST: Statement = {
  name: 'audit_entries.list',
  text: `select ${columns(auditEntries)} from audit_entries where tenant_id = $1 and ($2::bigint is null or seq < $2)
    order by seq desc limit $3`,
};

export type AuditHead = Pick<AuditHeadRow, 'seq' | 'hash'>;

export class AuditReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The stored end of the tenant's chain; null before its first entry. */
  async head(tenantId: string): Promise<AuditHead | null> {
    const [row] = await this.#sql.run<AuditHead>(HEAD, [tenantId]);
    return row ?? null;
  }

  /** At most `limit` entries after `afterSeq`, in the order of the chain. */
  entries(tenantId: string, { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number }): Promise<AuditEntryRow[]> {
    return this.#sql.run<AuditEntryRow>(ENTRIES, [tenantId, afterSeq, limit]);
  }

  /** The newest first. */
  list(tenantId: string, { limit, beforeSeq }: { readonly limit: number; readonly beforeSeq?: number | undefined }): Promise<AuditEntryRow[]> {
    return this.#sql.run<AuditEntryRow>(LIST, [tenantId, beforeSeq ?? null, limit]);
  }
}
