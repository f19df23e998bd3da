import { answered } from './answered.ts';
import type { Attempt } from './attempt.ts';
import { refusedWhileDegraded } from './authority.ts';
import { denialOf, evaluate, type Finding } from './evaluation.ts';
import { factsForHandler, resolveAgain } from './facts.ts';
import { readAllAtOnce, readOneByOne, type FirstWave, type ReadFirstWave } from './first-wave.ts';
import { earlierOf } from './idempotency.ts';
import { immutable } from './immutable.ts';
import type { AnyKernel } from './kernel.ts';
import type { AnyInvariant } from './invariant.ts';
import { modesIn, type Mode } from './mode.ts';
import type { Transaction } from './ports.ts';
import { denialOfRejection } from './rejection.ts';
import type { Request } from './request.ts';
import type { Denial, Outcome } from './result.ts';
import { sealAndCommit } from './seal.ts';

/** How one attempt ended. Whatever is not COMMITTED was rolled back. */
export type AttemptOutcome =
  | { readonly end: 'COMMITTED'; readonly value: unknown }
  | { readonly end: 'REPLAYED'; readonly value: unknown }
  | { readonly end: 'DENIED'; readonly denial: Denial; readonly isRecorded: true; readonly findings: readonly Finding[] }
  /** An answer about the idempotency key, which is no verdict on the write. */
  | { readonly end: 'DENIED'; readonly denial: Denial; readonly isRecorded: false };

/** What phases 4 to 6 need of an attempt. */
type Asked = Pick<Attempt, 'plan' | 'request' | 'claim'>;

/** Phases 4 to 10 of a write, in one transaction. Rejects, rolled back, where anything throws. */
export async function attemptWrite(kernel: AnyKernel, attempt: Attempt): Promise<AttemptOutcome> {
  return withCare<AttemptOutcome>((readFirstWave) =>
    inTransaction(kernel, attempt, async (tx) => {
      const judgement = await judge(kernel, tx, attempt, readFirstWave);
      if (judgement === 'NEEDS_CARE' || judgement.end !== 'JUDGED') return judgement;
      attempt.judged(judgement.before);
      reportCauses(kernel, attempt, judgement.before);
      return judgement.breach === null ? perform(kernel, tx, attempt, judgement) : deniedBy(judgement.breach, judgement.before);
    }),
  );
}

/**
 * Phases 4 to 6 alone, of a write that is to prepare something: what would be answered or refused anyway, before anything is sent on its
 * behalf. Null where nothing stands in its way as of now. Whatever happened is rolled back: {@link attemptWrite} judges all of it again.
 */
export async function foresee(kernel: AnyKernel, asked: Asked): Promise<AttemptOutcome | null> {
  const judgement = await withCare<AttemptOutcome | Judged>((readFirstWave) => inTransaction(kernel, asked, (tx) => judge(kernel, tx, asked, readFirstWave)));
  if (judgement.end !== 'JUDGED') return judgement;
  const { breach, before } = judgement;
  // What lets the write go on is found again, and told then.
  if (breach === null) return null;
  reportCauses(kernel, asked, before);
  return deniedBy(breach, before);
}

/** What stands before the handler. */
interface Judged {
  readonly end: 'JUDGED';
  /** The request, at the instant at which it was judged. */
  readonly request: Request<unknown>;
  readonly wave: FirstWave;
  readonly before: readonly Finding[];
  /** Null where no rule stops the write. */
  readonly breach: Denial | null;
  readonly modeOf: (invariant: AnyInvariant) => Mode;
}

/** Reads all facts at once, and where one of them fails and that need not end the write, begins anew and reads them one by one. */
async function withCare<End>(work: <Care extends 'NEEDS_CARE'>(readFirstWave: ReadFirstWave<Care>) => Promise<End | Care>): Promise<End> {
  const first = await work(readAllAtOnce);
  return first === 'NEEDS_CARE' ? work(readOneByOne) : first;
}

/** Ends the transaction: by a rollback, where the work has not committed it. */
async function inTransaction<End extends AttemptOutcome | Judged | 'NEEDS_CARE'>(kernel: AnyKernel, { request }: Asked, work: (tx: Transaction<unknown>) => Promise<End>): Promise<End> {
  const tx = await kernel.storage.begin(request.tenantId);
  try {
    const outcome = await work(tx);
    if (outcome === 'NEEDS_CARE' || outcome.end !== 'COMMITTED') await tx.rollback();
    return outcome;
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}

const deniedBy = (denial: Denial, findings: readonly Finding[] = []): AttemptOutcome => ({ end: 'DENIED', denial, findings, isRecorded: true });

async function judge<Care extends 'NEEDS_CARE'>(kernel: AnyKernel, tx: Transaction<unknown>, { plan, request, claim }: Asked, readFirstWave: ReadFirstWave<Care>): Promise<AttemptOutcome | Judged | Care> {
  const { requestId } = request;
  // 4. The claim is waited for: a request that is replayed or in flight must not queue for locks.
  if (claim !== null) {
    const earlier = earlierOf(await tx.claimIdempotency(claim), claim, requestId);
    if (earlier.is === 'ANSWERED') return { end: 'REPLAYED', value: earlier.value };
    if (earlier.is === 'IN_THE_WAY') return { end: 'DENIED', denial: earlier.denial, isRecorded: false };
  }
  // 5. Facts under their locks, with the modes in force and the end of the audit chain, in one wave.
  const wave = await readFirstWave(kernel, tx, plan, request);
  if (wave === 'NEEDS_CARE') return wave;
  const degraded = refusedWhileDegraded(plan.operation, wave.governance);
  if (degraded !== null) return deniedBy({ ...degraded, requestId, retryAfterSeconds: 30 });
  // 6. Invariants, at an instant at which the locks are held: what has expired while they were waited for is over.
  const held = Object.freeze({ ...request, now: new Date(Math.max(request.now.getTime(), kernel.clock().getTime())) });
  const modeOf = modesIn(wave.governance.settings, held, kernel.defaultMode);
  const before = evaluate(plan.before, wave.facts, held, modeOf);
  return { end: 'JUDGED', request: held, wave, before, breach: denialOf(before, requestId), modeOf };
}

async function perform(kernel: AnyKernel, tx: Transaction<unknown>, attempt: Attempt, { request, wave, before, modeOf }: Judged): Promise<AttemptOutcome> {
  const { plan, prepared } = attempt;
  const { operation } = plan;
  const { requestId } = request;
  // 7. The handler. Its parameter types were checked where the operation is defined and are erased in AnyWrite.
  const outcome = await (operation.run as (call: unknown) => Promise<Outcome<unknown, string>>)({
    request, facts: factsForHandler(wave.facts), scope: tx.scope, prepared, ahead: wave.ahead,
  });
  if (!outcome.ok) return deniedBy(denialOfRejection(operation, outcome.rejection, requestId), before);
  const underway = outcome.underway ?? [];
  // The commit learns of their failures; until then nobody else need do.
  for (const statement of underway) statement.catch(() => {});
  const value = immutable(outcome.value);
  const told = immutable(outcome.events ?? []);
  // 8. Postconditions, on facts read again.
  let findings = before;
  if (plan.after.length > 0) {
    await answered(underway);
    const after = evaluate(plan.after, await resolveAgain(kernel, tx, plan, request, modeOf), request, modeOf);
    reportCauses(kernel, attempt, after);
    findings = [...before, ...after];
    attempt.judged(findings);
    const broken = denialOf(after, requestId);
    if (broken !== null) return deniedBy(broken, findings);
  }
  // 9 and 10. The record of the write, the answer to replays, and the commit, in one wave.
  await sealAndCommit(kernel, tx, { ...attempt, request }, { value, told, findings, head: wave.head, underway });
  return { end: 'COMMITTED', value };
}

/** Whoever runs the server must learn why a rule could not be checked, also where MONITOR lets the write go on. */
function reportCauses({ reporter }: AnyKernel, { plan, request: { requestId } }: Asked, findings: readonly Finding[]): void {
  const [address, method] = plan.operation.address;
  const causes = new Set(findings.filter(({ outcome }) => outcome === 'UNEVALUABLE').map(({ cause }) => cause));
  for (const error of causes) reporter.failure({ requestId, address, method, error });
}
