import { auditEntries, type AuditEntryRow } from '@hoc/l7-models/governance.tables';
import { insertInto } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';
import type { AuditHead } from './audit.driver.ts';

const LOCK_HEAD: Statement = { name: 'audit_heads.lock', text: 'select seq, hash from audit_heads where tenant_id = $1 for update' };
/** Moves the head by exactly one, or begins the chain; another writer's head conflicts, and the write is tried again. */
const APPEND: Statement = {
  name: 'audit_entries.append',
  text: `with entry as (${insertInto(auditEntries)} returning tenant_id, seq, hash)
    insert into audit_heads as head (tenant_id, seq, hash) select tenant_id, seq, hash from entry
    on conflict (tenant_id) do update set seq = excluded.seq, hash = excluded.hash where head.seq = excluded.seq - 1
    returning seq`,
};

/** An entry as the kernel makes it; the tenant is the transaction's. */
export type NewAuditEntry = Omit<AuditEntryRow, 'tenantId'>;

/** The end of a tenant's audit chain, for the kernel alone: handlers cannot write it. */
export class AuditChainWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The head, which only this transaction may move until its end; null where the chain has not begun. */
  async lockHead(tenantId: string): Promise<AuditHead | null> {
    const [row] = await this.#sql.run<AuditHead>(LOCK_HEAD, [tenantId]);
    return row ?? null;
  }

  /** Appends the entry and moves the head to it. */
  async append(tenantId: string, entry: NewAuditEntry): Promise<void> {
    const { seq, at, actor, address, method, anchor, outcome, subject, invariants, requestId, prevHash, hash } = entry;
    const rows = await this.#sql.run(APPEND, [
      tenantId, seq, at, json(actor), address, method, anchor, outcome, subject, json(invariants), requestId, prevHash, hash,
    ]);
    if (rows.length !== 1) throw new Error(`audit entry ${seq} of ${tenantId} does not follow the head of its chain`);
  }
}
