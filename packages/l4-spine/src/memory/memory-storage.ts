import type { AuditEntry, AuditHead } from '../kernel/audit.ts';
import type { ModeSetting } from '../kernel/mode.ts';
import type { ClaimAnswer, EventOrigin, Governance, IdempotencyClaim, Storage, Transaction, ViolationRecord } from '../kernel/ports.ts';
import type { OutboxEvent } from '../kernel/outbox-event.ts';
import { PLATFORM } from '../kernel/request.ts';

/** The domain's part of one in-memory transaction: the scope that handlers get, and what happens to their work. */
export interface MemoryWork<Write> {
  readonly scope: Write;
  commit(): void;
  rollback(): void;
}

export interface MemoryStorageOptions<Write, Read, Decide> {
  begin(tenantId: string): MemoryWork<Write>;
  read(tenantId: string): Read;
  readonly decide: Decide;
  classify?(error: unknown): 'RETRY' | 'OUTAGE' | 'BUG';
}

interface Idempotent {
  readonly fingerprint: string;
  answer: string | null;
  readonly expiresAt: Date;
}

/**
 * Storage in memory, for the tests and measurements of whoever builds on the kernel. One write at a time per process is
 * assumed: it has no locks. Everything that was committed can be looked at.
 */
export class MemoryStorage<Write, Read, Decide> implements Storage<Write, Read, Decide> {
  readonly entries: Map<string, AuditEntry[]> = new Map([[PLATFORM, []]]);
  readonly violations: ViolationRecord[] = [];
  readonly events: (OutboxEvent & EventOrigin)[] = [];
  readonly settings: ModeSetting[] = [];
  readonly idempotency: Map<string, Idempotent> = new Map();
  readonly hasOutbox: boolean = true;
  readonly decide: Decide;
  degraded: Governance['degraded'] = null;
  begun: number = 0;
  committed: number = 0;
  rolledBack: number = 0;
  readonly #options: MemoryStorageOptions<Write, Read, Decide>;

  constructor(options: MemoryStorageOptions<Write, Read, Decide>) {
    this.#options = options;
    this.decide = options.decide;
  }

  headOf(tenantId: string): AuditHead | null {
    const chain = this.entries.get(tenantId);
    if (chain === undefined) return null;
    const last = chain.at(-1);
    return last === undefined ? null : { seq: last.seq, hash: last.hash };
  }

  async begin(tenantId: string): Promise<Transaction<Write>> {
    this.begun += 1;
    return new MemoryTransaction(this, tenantId, this.#options.begin(tenantId));
  }

  async read<Value>(tenantId: string, work: (scope: Read) => Promise<Value>): Promise<Value> {
    return work(this.#options.read(tenantId));
  }

  classify(error: unknown): 'RETRY' | 'OUTAGE' | 'BUG' {
    return this.#options.classify?.(error) ?? 'BUG';
  }
}

class MemoryTransaction<Write> implements Transaction<Write> {
  readonly scope: Write;
  readonly #storage: MemoryStorage<Write, unknown, unknown>;
  readonly #tenantId: string;
  readonly #work: MemoryWork<Write>;
  readonly #entries: AuditEntry[] = [];
  readonly #violations: ViolationRecord[] = [];
  readonly #events: (OutboxEvent & EventOrigin)[] = [];
  #claim: IdempotencyClaim | null = null;
  #answer: string | null = null;
  #hasEnded = false;

  constructor(storage: MemoryStorage<Write, unknown, unknown>, tenantId: string, work: MemoryWork<Write>) {
    this.#storage = storage;
    this.#tenantId = tenantId;
    this.#work = work;
    this.scope = work.scope;
  }

  async governance(invariantIds: readonly string[]): Promise<Governance> {
    const settings = this.#storage.settings.filter(
      ({ invariantId, tenantId }) => invariantIds.includes(invariantId) && (tenantId === null || tenantId === this.#tenantId),
    );
    return { degraded: this.#storage.degraded, settings };
  }

  async claimIdempotency(claim: IdempotencyClaim): Promise<ClaimAnswer> {
    const key = this.#keyOf(claim);
    const known = this.#storage.idempotency.get(key);
    if (known !== undefined && known.expiresAt > claim.now) {
      return known.answer === null ? { claim: 'IN_FLIGHT' } : { claim: 'COMPLETED', fingerprint: known.fingerprint, answer: known.answer };
    }
    this.#storage.idempotency.set(key, { fingerprint: claim.fingerprint, answer: null, expiresAt: claim.expiresAt });
    this.#claim = claim;
    return { claim: 'CLAIMED' };
  }

  async completeIdempotency(_claim: IdempotencyClaim, answer: string): Promise<void> {
    this.#answer = answer;
  }

  async auditHead(): Promise<AuditHead | null> {
    return this.#storage.headOf(this.#tenantId);
  }

  async appendAudit(entry: AuditEntry): Promise<void> {
    this.#entries.push(entry);
  }

  async recordViolations(violations: readonly ViolationRecord[]): Promise<void> {
    this.#violations.push(...violations);
  }

  async appendEvents(events: readonly OutboxEvent[], origin: EventOrigin): Promise<void> {
    this.#events.push(...events.map((event) => ({ ...event, ...origin })));
  }

  async savepoint<Value>(work: () => Promise<Value>): Promise<Value> {
    return work();
  }

  async commit(underway: readonly Promise<unknown>[] = []): Promise<void> {
    await Promise.all(underway);
    this.#end();
    this.#work.commit();
    this.#storage.committed += 1;
    const chain = this.#storage.entries.get(this.#tenantId) ?? [];
    chain.push(...this.#entries);
    this.#storage.entries.set(this.#tenantId, chain);
    this.#storage.violations.push(...this.#violations);
    this.#storage.events.push(...this.#events);
    if (this.#claim !== null) {
      const record = this.#storage.idempotency.get(this.#keyOf(this.#claim));
      if (record !== undefined) record.answer = this.#answer;
    }
  }

  async rollback(): Promise<void> {
    if (this.#hasEnded) return;
    this.#end();
    this.#work.rollback();
    this.#storage.rolledBack += 1;
    if (this.#claim !== null) this.#storage.idempotency.delete(this.#keyOf(this.#claim));
  }

  #keyOf({ principalId, operation, key }: IdempotencyClaim): string {
    return JSON.stringify([this.#tenantId, principalId, operation, key]);
  }

  #end(): void {
    if (this.#hasEnded) throw new Error('the transaction has ended');
    this.#hasEnded = true;
  }
}
