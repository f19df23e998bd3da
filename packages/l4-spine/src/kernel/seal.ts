import type { Attempt } from './attempt.ts';
import { link, type AuditHead } from './audit.ts';
import type { Finding } from './evaluation.ts';
import { replayable } from './idempotency.ts';
import type { AnyKernel } from './kernel.ts';
import type { AnyWrite } from './operation.ts';
import type { OutboxEvent } from './outbox-event.ts';
import type { Transaction } from './ports.ts';
import { auditEntryOf, violationsOf, type AskedWrite } from './record.ts';
import type { Request } from './request.ts';

/** A commit that failed in a way that storage cannot name: whether it holds is not known, so nobody may be told that it does not. */
export class CommitUncertain extends Error {
  constructor(cause: unknown) {
    super('the commit failed, and whether it holds is not known', { cause });
    this.name = 'CommitUncertain';
  }
}

/** What a write leaves behind beside its rows. */
interface Seal {
  readonly value: unknown;
  /** What the handler itself tells. */
  readonly told: readonly OutboxEvent[];
  readonly findings: readonly Finding[];
  /** The end of the audit chain, under its lock. */
  readonly head: AuditHead | null;
  /** What the handler has sent and not waited for. */
  readonly underway: readonly Promise<unknown>[];
}

/** Phases 9 and 10: the audit entry, what MONITOR let through, the outbox, the answer to replays, and the commit, in one wave with what the handler has not waited for. */
export async function sealAndCommit(
  { storage, newViolationId }: AnyKernel,
  tx: Transaction<unknown>,
  { plan: { operation }, request, claim }: Attempt,
  { value, told, findings, head, underway }: Seal,
): Promise<void> {
  const write: AskedWrite = { ...request, operation, subject: subjectOf(operation, request, value) };
  const entry = link(request.tenantId, head, auditEntryOf(write, 'COMMITTED', findings));
  const violations = violationsOf(write, findings, newViolationId);
  const events = [...eventsOf(operation, request, value), ...told];
  if (events.length > 0 && tx.appendEvents === undefined) throw new TypeError('the storage says that it has an outbox, and has none');
  const answered = claim === null ? null : { claim, answer: replayable(operation, value) };
  // Everything of ours that can throw has run: from here on statements are only sent, and the commit is the last of them.
  const record = [
    tx.appendAudit(entry),
    violations.length > 0 && tx.recordViolations(violations),
    events.length > 0 && tx.appendEvents?.(events, { requestId: entry.requestId, seq: entry.seq, at: entry.at }),
    answered !== null && tx.completeIdempotency(answered.claim, answered.answer),
  ];
  const commit = tx.commit(underway).catch((error: unknown) => {
    throw storage.classify(error) === 'BUG' ? new CommitUncertain(error) : error;
  });
  const [committed, ...sent] = await Promise.allSettled([commit, ...underway, ...record]);
  // Whether it holds is not known, and whatever else has failed, nobody may be told that it does not.
  if (committed.status === 'rejected' && storage.classify(committed.reason) === 'OUTAGE') throw committed.reason;
  // In the order of sending: what fails after the first one fails because of it.
  const failure = [...sent, committed].find((answer) => answer.status === 'rejected');
  if (failure === undefined) return;
  // A failure that the commit has not learned of has undone nothing.
  throw committed.status === 'fulfilled' ? new CommitUncertain(failure.reason) : failure.reason;
}

/** What the write is about. `value` is null where it was denied or failed. */
export const subjectOf = (operation: AnyWrite, request: Request<unknown>, value: unknown): string | null =>
  // The parameter types are erased in AnyWrite; request and value are this operation's own.
  (operation.subject as (request: unknown, value: unknown) => string | null)(request, value);

const eventsOf = ({ events }: AnyWrite, request: Request<unknown>, value: unknown): readonly OutboxEvent[] =>
  // As above.
  events === undefined ? [] : (events as (request: unknown, value: unknown) => readonly OutboxEvent[])(request, value);
