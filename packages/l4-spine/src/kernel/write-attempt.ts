import type { Attempt } from './attempt.ts';
import { refusedWhileDegraded } from './authority.ts';
import { denialOf, evaluate, type Finding } from './evaluation.ts';
import { factsForHandler, resolveAgain } from './facts.ts';
import { readAllAtOnce, readOneByOne, type ReadFirstWave } from './first-wave.ts';
import { earlierOf } from './idempotency.ts';
import { immutable } from './immutable.ts';
import type { AnyKernel } from './kernel.ts';
import { modesIn } from './mode.ts';
import type { Transaction } from './ports.ts';
import { denialOfRejection } from './rejection.ts';
import type { Denial, Outcome } from './result.ts';
import { sealAndCommit } from './seal.ts';

/** How one attempt ended. Whatever is not COMMITTED was rolled back. */
export type AttemptOutcome =
  | { readonly end: 'COMMITTED'; readonly value: unknown }
  | { readonly end: 'REPLAYED'; readonly value: unknown }
  | { readonly end: 'DENIED'; readonly denial: Denial; readonly isRecorded: true; readonly findings: readonly Finding[] }
  /** An answer about the idempotency key, which is no verdict on the write. */
  | { readonly end: 'DENIED'; readonly denial: Denial; readonly isRecorded: false };

/** Phases 4 to 10 of a write, in one transaction. Rejects, rolled back, where anything throws. */
export async function attemptWrite(kernel: AnyKernel, attempt: Attempt): Promise<AttemptOutcome> {
  const first = await inTransaction(kernel, attempt, readAllAtOnce);
  return first === 'NEEDS_CARE' ? inTransaction(kernel, attempt, readOneByOne) : first;
}

async function inTransaction<Care extends 'NEEDS_CARE'>(kernel: AnyKernel, attempt: Attempt, readFirstWave: ReadFirstWave<Care>): Promise<AttemptOutcome | Care> {
  const tx = await kernel.storage.begin(attempt.request.tenantId);
  try {
    const outcome = await phases(kernel, tx, attempt, readFirstWave);
    if (outcome === 'NEEDS_CARE' || outcome.end !== 'COMMITTED') await tx.rollback();
    return outcome;
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}

async function phases<Care extends 'NEEDS_CARE'>(kernel: AnyKernel, tx: Transaction<unknown>, attempt: Attempt, readFirstWave: ReadFirstWave<Care>): Promise<AttemptOutcome | Care> {
  const { plan, request, claim, prepared } = attempt;
  const { operation } = plan;
  const { requestId } = request;
  const denied = (denial: Denial, findings: readonly Finding[] = []): AttemptOutcome => ({ end: 'DENIED', denial, findings, isRecorded: true });

  // 4. The claim is waited for: a request that is replayed or in flight must not queue for locks.
  if (claim !== null) {
    const earlier = earlierOf(await tx.claimIdempotency(claim), claim, requestId);
    if (earlier.is === 'ANSWERED') return { end: 'REPLAYED', value: earlier.value };
    if (earlier.is === 'IN_THE_WAY') return { end: 'DENIED', denial: earlier.denial, isRecorded: false };
  }
  // 5. Facts under their locks, with the modes in force and the end of the audit chain, in one wave.
  const wave = await readFirstWave(kernel, tx, plan, request);
  if (wave === 'NEEDS_CARE') return wave;
  const degraded = refusedWhileDegraded(operation, wave.governance);
  if (degraded !== null) return denied({ ...degraded, requestId, retryAfterSeconds: 30 });
  // 6. Invariants.
  const modeOf = modesIn(wave.governance.settings, request, kernel.defaultMode);
  const before = evaluate(plan.before, wave.facts, request, modeOf);
  attempt.judged(before);
  reportCauses(kernel, attempt, before);
  const breach = denialOf(before, requestId);
  if (breach !== null) return denied(breach, before);
  // 7. The handler. Its parameter types were checked where the operation is defined and are erased in AnyWrite.
  const outcome = await (operation.run as (call: unknown) => Promise<Outcome<unknown, string>>)({
    request, facts: factsForHandler(wave.facts), scope: tx.scope, prepared,
  });
  if (!outcome.ok) return denied(denialOfRejection(operation, outcome.rejection, requestId), before);
  const value = immutable(outcome.value);
  const told = immutable(outcome.events ?? []);
  // 8. Postconditions, on facts read again.
  let findings = before;
  if (plan.after.length > 0) {
    const after = evaluate(plan.after, await resolveAgain(kernel, tx, plan, request, modeOf), request, modeOf);
    reportCauses(kernel, attempt, after);
    findings = [...before, ...after];
    attempt.judged(findings);
    const broken = denialOf(after, requestId);
    if (broken !== null) return denied(broken, findings);
  }
  // 9 and 10. The record of the write, the answer to replays, and the commit, in one wave.
  await sealAndCommit(kernel, tx, attempt, { value, told, findings, head: wave.head });
  return { end: 'COMMITTED', value };
}

/** Whoever runs the server must learn why a rule could not be checked, also where MONITOR lets the write go on. */
function reportCauses({ reporter }: AnyKernel, { plan, request: { requestId } }: Attempt, findings: readonly Finding[]): void {
  const [address, method] = plan.operation.address;
  const causes = new Set(findings.filter(({ outcome }) => outcome === 'UNEVALUABLE').map(({ cause }) => cause));
  for (const error of causes) reporter.failure({ requestId, address, method, error });
}
