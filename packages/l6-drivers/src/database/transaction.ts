import type { Violation } from '@hoc/l7-models/governance.tables';
import { AuditChainWriter, type NewAuditEntry } from '../governance/audit-chain.driver.ts';
import type { AuditHead } from '../governance/audit.driver.ts';
import { GovernanceReader, type Governance } from '../governance/governance.driver.ts';
import { IdempotencyWriter, type ClaimAnswer, type IdempotencyClaim } from '../governance/idempotency.driver.ts';
import { ViolationLogWriter } from '../governance/violation-log.driver.ts';
import { EventLogWriter, type EventOrigin, type NewEvent } from '../outbox/event-log.driver.ts';
import { beginFor } from './begin.ts';
import { OpenStatements, ScopeEndedError } from './open-statements.ts';
import { CommittedRegardlessError } from './outage.ts';
import type { Session } from './database.ts';

/** How long a rollback may wait for what was sent before it; then the connection is dropped. */
const ROLLBACK_PATIENCE_MS = 1000;

/** What the unit of work needs for the events of writes. */
export interface Outbox {
  /** A new id, unique and sortable by time. */
  newEventId(): string;
  /** Told after each commit that has written events, to deliver them sooner: it may never be told, and must not throw. */
  committed?(tenantId: string): void;
}

/** What failed is the failure of the transaction's statements. */
const knownToStatements = (): void => {};

/** One open transaction of a write, as the kernel's port has it. */
export class Transaction<Scope> {
  readonly scope: Scope;
  readonly #tenantId: string;
  readonly #session: Session;
  readonly #statements: OpenStatements;
  readonly #governance: GovernanceReader;
  readonly #idempotency: IdempotencyWriter;
  readonly #audit: AuditChainWriter;
  readonly #violations: ViolationLogWriter;
  readonly #events: EventLogWriter;
  readonly #outbox: Outbox;
  #hasEvents = false;
  #hasSavepoint = false;

  /** Begins: the statements that do so are sent, and not waited for. */
  constructor(session: Session, tenantId: string, scopeOf: (sql: OpenStatements) => Scope, outbox: Outbox) {
    this.#session = session;
    this.#outbox = outbox;
    this.#tenantId = tenantId;
    this.#statements = new OpenStatements(session);
    beginFor(this.#statements, tenantId).catch(knownToStatements);
    this.#governance = new GovernanceReader(this.#statements);
    this.#idempotency = new IdempotencyWriter(this.#statements);
    this.#audit = new AuditChainWriter(this.#statements);
    this.#violations = new ViolationLogWriter(this.#statements);
    this.#events = new EventLogWriter(this.#statements);
    this.scope = scopeOf(this.#statements);
  }

  governance(invariantIds: readonly string[]): Promise<Governance> {
    return this.#governance.read(this.#tenantId, invariantIds);
  }

  claimIdempotency(claim: IdempotencyClaim): Promise<ClaimAnswer> {
    return this.#idempotency.claim(this.#tenantId, claim);
  }

  completeIdempotency(claim: IdempotencyClaim, answer: string): Promise<void> {
    return this.#statements.watch(this.#idempotency.complete(this.#tenantId, claim, answer));
  }

  auditHead(): Promise<AuditHead | null> {
    return this.#audit.lockHead(this.#tenantId);
  }

  appendAudit(entry: NewAuditEntry): Promise<void> {
    return this.#statements.watch(this.#audit.append(this.#tenantId, entry));
  }

  recordViolations(violations: readonly Violation[]): Promise<void> {
    return this.#statements.watch(this.#violations.record(violations));
  }

  /** Writes the events of the write beside it, in their order, each under an id of its own. */
  appendEvents(events: readonly Omit<NewEvent, 'id'>[], origin: EventOrigin): Promise<void> {
    this.#hasEvents = true;
    const named = events.map(({ type, payload }) => ({ id: this.#outbox.newEventId(), type, payload }));
    return this.#statements.watch(this.#events.append(this.#tenantId, named, origin));
  }

  /** Runs `work` such that its failure leaves the transaction usable. One at a time: savepoints that overlap would undo each other. */
  async savepoint<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#hasSavepoint) throw new Error('a savepoint is open already');
    this.#hasSavepoint = true;
    const mark = this.#statements.mark();
    this.#statements.send('savepoint hoc');
    try {
      const value = await work();
      // A statement that failed and was not waited for, or whose failure was swallowed, fails this.
      await this.#statements.control('release savepoint hoc');
      return value;
    } catch (error) {
      await this.#statements.control('rollback to savepoint hoc');
      this.#statements.forgetFailuresSince(mark);
      throw error;
    } finally {
      this.#hasSavepoint = false;
    }
  }

  /**
   * Ends the transaction; the scope is dead from the call on. Throws where it did not commit: with the error of the first
   * statement that failed, if one did.
   * @param underway work of the scope that nobody has waited for, which may have failed before it came to a statement
   * INVARIANT: a write never commits without its record. Behind a statement that the server refused it passes the commit over, or
   * rolls back for it; one that failed before it was sent is found here, and the commit is not sent.
   * @throws CommittedRegardlessError where one failed unseen, as by work that takes long to come to its statement
   */
  async commit(underway: readonly Promise<unknown>[] = []): Promise<void> {
    // A second end must not touch the connection, which is another transaction's by now.
    if (this.#statements.isOver) throw new ScopeEndedError('the transaction has ended already');
    for (const work of underway) void this.#statements.watch(work);
    this.#statements.close();
    const unsent = await this.#statements.failureBeforeSending();
    const command = unsent === null ? await this.#statements.end('commit').catch(knownToStatements) : null;
    if (command !== 'COMMIT') {
      const failure = unsent ?? this.#statements.failure;
      await this.#abandon();
      throw failure === null ? new Error(`the server answered a commit with ${String(command)}`) : failure.error;
    }
    this.#session.release(true);
    if (this.#hasEvents) this.#outbox.committed?.(this.#tenantId);
    // They are answered by now; what follows on an answer may not have been.
    await Promise.allSettled(underway);
    const { failure } = this.#statements;
    if (failure !== null) throw new CommittedRegardlessError('the transaction was committed, and a part of it failed', { cause: failure.error });
  }

  /** Ends the transaction without its writes; the scope is dead from the call on. Never throws; nothing to do after a commit. */
  async rollback(): Promise<void> {
    if (!this.#statements.isOver) await this.#abandon();
  }

  async #abandon(): Promise<void> {
    const patience = Promise.withResolvers<false>();
    const timer = setTimeout(() => patience.resolve(false), ROLLBACK_PATIENCE_MS);
    const rolledBack = this.#statements.end('rollback').then(() => true, () => false);
    const isClean = await Promise.race([rolledBack, patience.promise]);
    clearTimeout(timer);
    this.#session.release(isClean);
  }
}
