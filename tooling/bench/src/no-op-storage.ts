import type { AuditEntry, AuditHead } from '@hoc/l4-spine/kernel/audit';
import type { ClaimAnswer, Governance, Storage, Transaction } from '@hoc/l4-spine/kernel/ports';

/** Storage that answers at once and keeps nothing but the heads of the audit chains. For measuring what is not storage. */
export class NoOpStorage<Scope> implements Storage<Scope, Scope, Scope> {
  readonly decide: Scope;
  readonly heads: Map<string, AuditHead> = new Map();

  constructor(scope: Scope) {
    this.decide = scope;
  }

  async begin(tenantId: string): Promise<Transaction<Scope>> {
    return new NoOpTransaction(this, tenantId);
  }

  async read<Value>(_tenantId: string, work: (scope: Scope) => Promise<Value>): Promise<Value> {
    return work(this.decide);
  }

  classify(): 'BUG' {
    return 'BUG';
  }
}

const GOVERNANCE: Governance = { degraded: null, settings: [] };

class NoOpTransaction<Scope> implements Transaction<Scope> {
  readonly scope: Scope;
  readonly #storage: NoOpStorage<Scope>;
  readonly #tenantId: string;

  constructor(storage: NoOpStorage<Scope>, tenantId: string) {
    this.scope = storage.decide;
    this.#storage = storage;
    this.#tenantId = tenantId;
  }

  async governance(): Promise<Governance> {
    return GOVERNANCE;
  }

  async claimIdempotency(): Promise<ClaimAnswer> {
    return { claim: 'CLAIMED' };
  }

  async completeIdempotency(): Promise<void> {}

  async auditHead(): Promise<AuditHead | null> {
    return this.#storage.heads.get(this.#tenantId) ?? null;
  }

  async appendAudit({ seq, hash }: AuditEntry): Promise<void> {
    this.#storage.heads.set(this.#tenantId, { seq, hash });
  }

  async recordViolations(): Promise<void> {}

  async savepoint<Value>(work: () => Promise<Value>): Promise<Value> {
    return work();
  }

  async commit(underway: readonly Promise<unknown>[] = []): Promise<void> {
    await Promise.all(underway);
  }

  async rollback(): Promise<void> {}
}
