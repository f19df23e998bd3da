import type { AuditHead } from './audit.ts';
import { resolveGuarded, resolvePipelined, throwOutageAmong } from './facts.ts';
import type { ResolvedFacts } from './evaluation.ts';
import type { AnyKernel } from './kernel.ts';
import { modesIn } from './mode.ts';
import type { WriteAheadCall } from './operation.ts';
import type { WritePlan } from './plan.ts';
import type { Governance, Transaction } from './ports.ts';
import type { Request } from './request.ts';

/** What a write knows before it is judged: the modes in force, its facts under their locks, and the end of the audit chain, locked. */
export interface FirstWave {
  readonly governance: Governance;
  readonly facts: ResolvedFacts;
  readonly head: AuditHead | null;
  /** What the operation has asked ahead for its handler, who learns of its failure. Undefined where it asks nothing. */
  readonly ahead: Promise<unknown> | undefined;
}

/** NEEDS_CARE: a fact failed and may have taken the transaction with it, but a rule in MONITOR may let the write go on. */
export type ReadFirstWave<Care extends 'NEEDS_CARE'> = (kernel: AnyKernel, tx: Transaction<unknown>, plan: WritePlan, request: Request<unknown>) => Promise<FirstWave | Care>;

/** Sends everything before it waits for anything: one round trip. */
export const readAllAtOnce: ReadFirstWave<'NEEDS_CARE'> = async (kernel, tx, plan, request) => {
  const governance = tx.governance(plan.invariantIds);
  const facts = resolvePipelined(plan.factsBefore, tx.scope, request, kernel.evaluationTimeoutMs);
  // A failed fact fails this one too; that is told by `facts`.
  const head = tx.auditHead().then((value) => ({ value }), (error: unknown) => ({ error }));
  // Last, so that nothing that it could break comes after it in the wave.
  const ahead = askedAhead(plan, tx, request);
  const [inForce, resolved] = await Promise.all([governance, facts]);
  throwOutageAmong(resolved, kernel.storage);
  if (resolved.failures.size > 0) {
    const modeOf = modesIn(inForce.settings, request, kernel.defaultMode);
    // Where no rule is in MONITOR the write is denied, and the end of the chain is not needed.
    return plan.before.some((invariant) => modeOf(invariant) === 'MONITOR') ? 'NEEDS_CARE' : { governance: inForce, facts: resolved, head: null, ahead };
  }
  const locked = await head;
  if ('error' in locked) throw locked.error;
  return { governance: inForce, facts: resolved, head: locked.value, ahead };
};

/** Reads fact by fact, each in a savepoint, so that the transaction survives the one that fails. It never asks for more care. */
export const readOneByOne: ReadFirstWave<never> = async (kernel, tx, plan, request) => {
  const governance = await tx.governance(plan.invariantIds);
  const facts = await resolveGuarded(plan.factsBefore, tx, request, kernel.evaluationTimeoutMs);
  throwOutageAmong(facts, kernel.storage);
  const head = await tx.auditHead();
  return { governance, facts, head, ahead: askedAhead(plan, tx, request) };
};

/** Where the write is refused nobody waits for the answer. */
function askedAhead({ operation }: WritePlan, { scope }: Transaction<unknown>, request: Request<unknown>): Promise<unknown> | undefined {
  // Its parameter types were checked where the operation is defined and are erased in AnyWrite.
  const ahead = operation.ahead as ((call: WriteAheadCall<unknown, unknown>) => Promise<unknown>) | undefined;
  if (ahead === undefined) return undefined;
  // Where it throws at once, that is a rejected promise too.
  const answer = (async () => ahead({ request, scope }))();
  answer.catch(() => {});
  return answer;
}
