import type { AuditEntry, AuditHead } from './audit.ts';
import type { Mode, ModeSetting, Severity } from './mode.ts';
import type { OutboxEvent } from './outbox-event.ts';
import type { Actor } from './principal.ts';

/** What the kernel asks of storage. The composition root hands it in; the kernel knows no database. */
export interface Storage<Write, Read, Decide> {
  /**
   * Opens the one transaction of a write, for one tenant (or the platform). READ COMMITTED; locks are the facts'.
   * INVARIANT: the kernel opens none for a call while another one of the same call is open. Storage may keep a transaction waiting until
   * others of its tenant have ended, and a call that waited for itself would wait in vain.
   */
  begin(tenantId: string): Promise<Transaction<Write>>;
  /** Whether transactions can {@link Transaction.appendEvents}. */
  readonly hasOutbox?: boolean;
  /** Runs `work` in one READ ONLY transaction for one tenant (or the platform). */
  read<Value>(tenantId: string, work: (scope: Read) => Promise<Value>): Promise<Value>;
  /** What decisions stand on: no transaction, exact at the instant of its own statements. */
  readonly decide: Decide;
  /**
   * A number that grows whenever something is sent that decisions are made of. Those that begin while it stays the same are made of what is
   * sent after all of them have begun. Storage that does not tell says nothing of the kind.
   */
  moment?(): number;
  /**
   * What an error of storage means.
   * - `RETRY`: nothing was written and the same may succeed now (deadlock, serialisation failure, a name drawn twice);
   * - `OUTAGE`: the database cannot be asked, or an answer got lost (the outcome may be unknown);
   * - `BUG`: anything else.
   */
  classify(error: unknown): 'RETRY' | 'OUTAGE' | 'BUG';
}

/**
 * One open transaction. Statements are sent in the order in which these methods (and the scope's) are called, before
 * each method first awaits: callers that do not wait for an answer pipeline, and locks are taken in the order of the calls.
 * Every method settles: storage has time limits of its own.
 */
export interface Transaction<Write> {
  /** The drivers that handlers get. They cannot end the transaction, and are dead once it has ended. */
  readonly scope: Write;
  /** The degraded state, and the stored modes of these invariants for this tenant and for all. */
  governance(invariantIds: readonly string[]): Promise<Governance>;
  /** Insert-first claim on (tenant, principal, operation, key). It never waits for another holder of the same key. */
  claimIdempotency(claim: IdempotencyClaim): Promise<ClaimAnswer>;
  /** Stores the answer that a replay will get. */
  completeIdempotency(claim: IdempotencyClaim, answer: string): Promise<void>;
  /** Locks and reads the head of the tenant's audit chain; null where the chain has not begun. */
  auditHead(): Promise<AuditHead | null>;
  /** Appends the entry and moves the head. */
  appendAudit(entry: AuditEntry): Promise<void>;
  recordViolations(violations: readonly ViolationRecord[]): Promise<void>;
  /** Writes the events of a state change beside it, in their order. Absent on a storage without an outbox. */
  appendEvents?(events: readonly OutboxEvent[], origin: EventOrigin): Promise<void>;
  /** Runs `work` such that its failure leaves the transaction usable. */
  savepoint<Value>(work: () => Promise<Value>): Promise<Value>;
  /**
   * Makes the write lasting. The kernel sends it without waiting for the answers to what it sent before.
   * INVARIANT: rejects, with nothing written, where any call on this transaction failed before it, sent or unsent. Where it cannot be told
   * whether anything is, as where an answer came that nobody had reckoned with, it rejects with what {@link Storage.classify} calls an OUTAGE.
   * @param underway what the handler has sent through the scope and nobody has waited for: such calls, too
   */
  commit(underway?: readonly Promise<unknown>[]): Promise<void>;
  /** Never throws; drops the connection where it cannot be given back clean. */
  rollback(): Promise<void>;
}

/** Of which write events tell: its request, the number of its audit entry (so that their order is the chain's), and its time. */
export type EventOrigin = Pick<AuditEntry, 'requestId' | 'seq' | 'at'>;

export interface Governance {
  /** Non-null while the installation is degraded: why, for operators. */
  readonly degraded: { readonly reason: string } | null;
  readonly settings: readonly ModeSetting[];
}

export interface IdempotencyClaim {
  readonly principalId: string;
  /** Address and method. */
  readonly operation: string;
  readonly key: string;
  /** What is stored of the request; see {@link Fingerprints}. */
  readonly fingerprint: string;
  /** What was stored of the same request under keys from before. */
  readonly olderFingerprints: readonly string[];
  readonly now: Date;
  readonly expiresAt: Date;
}

/**
 * What is kept of a request, to tell whether another one under the same idempotency key is the same: first what is stored of it from now
 * on, then what was stored of it under older keys. A request holds what its caller sent, credentials among it, so fingerprints are made
 * under a key: whoever reads them without it can try no guess on them.
 */
export type Fingerprints = (canonicalRequest: string) => readonly [current: string, ...older: string[]];

export type ClaimAnswer =
  | { readonly claim: 'CLAIMED' }
  | { readonly claim: 'IN_FLIGHT' }
  | { readonly claim: 'COMPLETED'; readonly fingerprint: string; readonly answer: string };

export interface ViolationRecord {
  readonly id: string;
  readonly at: Date;
  readonly invariantId: string;
  readonly severity: Severity;
  readonly tenantId: string;
  readonly address: string;
  readonly method: string;
  readonly mode: Mode;
  readonly outcome: 'RECORDED' | 'BLOCKED';
  readonly message: string;
  readonly actor: Actor;
  readonly requestId: string;
}

/** Where the kernel says what it could not say to the caller. Its methods must not throw. */
export interface Reporter {
  /** An exception, a fact or check that failed, or a denial that could not be recorded. `requestId` is the correlation id that the caller got. */
  failure(event: { readonly requestId: string; readonly address: string; readonly method: string; readonly error: unknown }): void;
}
