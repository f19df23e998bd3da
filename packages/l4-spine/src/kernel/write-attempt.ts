import { link } from './audit.ts';
import { refusedWhileDegraded } from './authority.ts';
import { denialOf, evaluate, type Finding, type ResolvedFacts } from './evaluation.ts';
import { factsForHandler, resolveGuarded, resolvePipelined } from './facts.ts';
import { immutable } from './immutable.ts';
import type { AnyInvariant } from './invariant.ts';
import type { Kernel } from './kernel.ts';
import { effectiveMode, type Mode } from './mode.ts';
import type { WritePlan } from './plan.ts';
import type { Governance, IdempotencyClaim, Transaction } from './ports.ts';
import { auditEntryOf, violationsOf } from './refusal-record.ts';
import type { Request } from './request.ts';
import type { Denial, Outcome } from './result.ts';

/** One write, ready for its transaction. */
export interface Attempt {
  readonly plan: WritePlan;
  readonly request: Request<unknown>;
  readonly claim: IdempotencyClaim | null;
}

/** How one attempt ended. Whatever is not COMMITTED was rolled back. */
export type AttemptOutcome =
  | { readonly end: 'COMMITTED'; readonly value: unknown }
  | { readonly end: 'REPLAYED'; readonly value: unknown }
  /** `isRecorded: false`: an answer about the idempotency key, which is no verdict on the write. */
  | { readonly end: 'DENIED'; readonly denial: Denial; readonly findings: readonly Finding[]; readonly isRecorded: boolean };

/** Phases 4 to 10 of a write, in one transaction. Rejects, rolled back, where anything throws. */
export async function attemptWrite<W, R, D>(kernel: Kernel<W, R, D>, attempt: Attempt): Promise<AttemptOutcome> {
  const first = await inTransaction(kernel, attempt, resolveAllAtOnce);
  // A fact failed and took the transaction with it, but a rule in MONITOR may let the write go on: once more, carefully.
  return first === 'NEEDS_CARE' ? careful(kernel, attempt) : first;
}

async function careful<W, R, D>(kernel: Kernel<W, R, D>, attempt: Attempt): Promise<AttemptOutcome> {
  const outcome = await inTransaction(kernel, attempt, resolveOneByOne);
  if (outcome === 'NEEDS_CARE') throw new Error('careful resolution never asks for more care');
  return outcome;
}

/** What the first wave of a write brings back: `head` is locked by it. */
interface FirstWave {
  readonly governance: Governance;
  readonly facts: ResolvedFacts;
  readonly head: Awaited<ReturnType<Transaction<unknown>['auditHead']>>;
}

type Resolution = <W, R, D>(kernel: Kernel<W, R, D>, tx: Transaction<W>, attempt: Attempt) => Promise<FirstWave | 'NEEDS_CARE'>;

async function inTransaction<W, R, D>(kernel: Kernel<W, R, D>, attempt: Attempt, resolve: Resolution): Promise<AttemptOutcome | 'NEEDS_CARE'> {
  const tx = await kernel.storage.begin(attempt.request.tenantId);
  try {
    const outcome = await phases(kernel, tx, attempt, resolve);
    if (outcome === 'NEEDS_CARE' || outcome.end !== 'COMMITTED') await tx.rollback();
    return outcome;
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}

async function phases<W, R, D>(kernel: Kernel<W, R, D>, tx: Transaction<W>, attempt: Attempt, resolve: Resolution): Promise<AttemptOutcome | 'NEEDS_CARE'> {
  const { plan, request, claim } = attempt;
  const { operation } = plan;
  const { requestId } = request;
  const denied = (denial: Denial, findings: readonly Finding[] = []): AttemptOutcome => ({ end: 'DENIED', denial, findings, isRecorded: true });

  // 4. The claim is waited for: a request that is replayed or in flight must not queue for locks.
  if (claim !== null) {
    const earlier = await claimed(tx, claim, requestId);
    if (earlier !== null) return earlier;
  }
  // 5. Facts under their locks, with the modes in force and the end of the audit chain, in one wave.
  const wave = await resolve(kernel, tx, attempt);
  if (wave === 'NEEDS_CARE') return wave;
  const degraded = refusedWhileDegraded(operation, wave.governance);
  if (degraded !== null) return denied({ ...degraded, requestId, retryAfterSeconds: 30 });
  // 6. Invariants.
  const modeOf = modesOf(kernel, wave.governance, request);
  const before = evaluate(plan.before, wave.facts, request, modeOf);
  const breach = denialOf(before, requestId);
  if (breach !== null) return denied(breach, before);
  // 7. The handler. Its parameter types were checked where the operation is defined and are erased in AnyWrite.
  const outcome = await (operation.run as (call: unknown) => Promise<Outcome<unknown, string>>)({
    request, facts: factsForHandler(wave.facts), scope: tx.scope,
  });
  if (!outcome.ok) {
    const { code, detail, data } = outcome.rejection;
    const declared = operation.rejections[code];
    if (declared === undefined) throw new Error(`${operation.address.join(' ')} rejects with ${code}, which it does not declare`);
    return denied({ code, status: declared.status, detail, requestId, ...(data === undefined ? {} : { data }) }, before);
  }
  // 8. Postconditions, on facts read again.
  const after = evaluate(plan.after, await resolveAfter(kernel, tx, attempt, modeOf), request, modeOf);
  const findings = [...before, ...after];
  const broken = denialOf(after, requestId);
  if (broken !== null) return denied(broken, findings);
  // 9 and 10. The record of the write, the answer to replays, and the commit, in one wave.
  const value = immutable(outcome.value);
  await commit(kernel, tx, attempt, { value, findings, head: wave.head });
  return { end: 'COMMITTED', value };
}

async function claimed<W>(tx: Transaction<W>, claim: IdempotencyClaim, requestId: string): Promise<AttemptOutcome | null> {
  const answer = await tx.claimIdempotency(claim);
  const denied = (code: string, status: number, detail: string): AttemptOutcome => ({
    end: 'DENIED', denial: { code, status, detail, requestId, ...(status === 409 ? { retryAfterSeconds: 1 } : {}) }, findings: [], isRecorded: false,
  });
  switch (answer.claim) {
    case 'CLAIMED':
      return null;
    case 'IN_FLIGHT':
      return denied('IDEMPOTENCY_IN_FLIGHT', 409, 'A request with this idempotency key is still being worked on. Try again in a moment.');
    case 'COMPLETED':
      if (answer.fingerprint !== claim.fingerprint) {
        return denied('IDEMPOTENCY_MISMATCH', 422, 'This idempotency key was used for another request. Use a new key.');
      }
      return { end: 'REPLAYED', value: immutable(JSON.parse(answer.answer)) };
    default:
      return answer satisfies never;
  }
}

const modesOf =
  <W, R, D>(kernel: Kernel<W, R, D>, governance: Governance, request: Request<unknown>) =>
  (invariant: AnyInvariant): Mode =>
    effectiveMode(invariant.id, request.tenantId, governance.settings, kernel.defaultMode, request.now);

const resolveAllAtOnce: Resolution = async (kernel, tx, { plan, request }) => {
  const governance = tx.governance(plan.invariantIds);
  const facts = resolvePipelined(plan.factsBefore, tx.scope, request, kernel.evaluationTimeoutMs);
  // A failed fact fails this one too; that is told by `facts`.
  const head = tx.auditHead().then((value) => ({ value }), (error: unknown) => ({ error }));
  const [modes, resolved] = await Promise.all([governance, facts]);
  const outage = outageAmong(kernel, resolved);
  if (outage !== null) throw outage;
  if (resolved.failures.size > 0) {
    const modeOf = modesOf(kernel, modes, request);
    const goesOnRegardless = plan.before.some((invariant) => modeOf(invariant) === 'MONITOR');
    return goesOnRegardless ? 'NEEDS_CARE' : { governance: modes, facts: resolved, head: null };
  }
  const locked = await head;
  if ('error' in locked) throw locked.error;
  return { governance: modes, facts: resolved, head: locked.value };
};

const resolveOneByOne: Resolution = async (kernel, tx, { plan, request }) => {
  const governance = await tx.governance(plan.invariantIds);
  const facts = await resolveGuarded(plan.factsBefore, tx.scope, request, kernel.evaluationTimeoutMs, (work) => tx.savepoint(work));
  const outage = outageAmong(kernel, facts);
  if (outage !== null) throw outage;
  return { governance, facts, head: await tx.auditHead() };
};

/** A lost database is no verdict on the facts: the write is told to come again. */
function outageAmong<W, R, D>(kernel: Kernel<W, R, D>, facts: ResolvedFacts): unknown {
  for (const error of facts.failures.values()) if (kernel.storage.classify(error) !== 'BUG') return error;
  return null;
}

async function resolveAfter<W, R, D>(
  kernel: Kernel<W, R, D>,
  tx: Transaction<W>,
  { plan, request }: Attempt,
  modeOf: (invariant: AnyInvariant) => Mode,
): Promise<ResolvedFacts> {
  const facts = plan.after.some((invariant) => modeOf(invariant) === 'MONITOR')
    ? await resolveGuarded(plan.factsAfter, tx.scope, request, kernel.evaluationTimeoutMs, (work) => tx.savepoint(work))
    : await resolvePipelined(plan.factsAfter, tx.scope, request, kernel.evaluationTimeoutMs);
  const outage = outageAmong(kernel, facts);
  if (outage !== null) throw outage;
  return facts;
}

async function commit<W, R, D>(
  kernel: Kernel<W, R, D>,
  tx: Transaction<W>,
  { plan, request, claim }: Attempt,
  { value, findings, head }: { readonly value: unknown; readonly findings: readonly Finding[]; readonly head: FirstWave['head'] },
): Promise<void> {
  const { operation } = plan;
  const { tenantId, requestId } = request;
  // The types of `subject`, `replay` and `events` are erased in AnyWrite; value and request are this operation's own.
  const { subject, replay, events } = operation as unknown as {
    subject(request: unknown, value: unknown): string | null;
    replay?(value: unknown): unknown;
    events?(request: unknown, value: unknown): Parameters<NonNullable<Transaction<W>['appendEvents']>>[0];
  };
  const write = { ...request, operation, findings, subject: subject(request, value), outcome: 'COMMITTED' as const };
  const entry = link(tenantId, head, auditEntryOf(write));
  const violations = violationsOf(kernel, write, () => 'RECORDED');
  const told = events?.(request, value) ?? [];
  const answer = claim === null ? null : JSON.stringify((replay === undefined ? value : replay(value)) ?? null);
  // Everything that can throw has run: from here on statements are only sent, and the commit is the last of them.
  await Promise.all([
    tx.appendAudit(entry),
    violations.length > 0 && tx.recordViolations(violations),
    told.length > 0 && tx.appendEvents?.(told, requestId),
    claim !== null && answer !== null && tx.completeIdempotency(claim, answer),
    tx.commit(),
  ]);
}
