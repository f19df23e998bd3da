import { denialOf, evaluate, type Finding } from './evaluation.ts';
import type { AnyKernel } from './kernel.ts';
import { modesIn, type Mode } from './mode.ts';
import type { AnyRead } from './operation.ts';
import { violationsOf, type AskedWrite } from './record.ts';
import { recordRefusal } from './refusal-record.ts';
import type { Request } from './request.ts';
import type { Denial } from './result.ts';
import { retrying } from './retry.ts';

/**
 * Why the rules of a read refuse it under the modes in force; null where they let it go on. A breach is on record before anything is
 * answered: a refusal as a write's is, a breach that only counts as a violation. Where all rules hold this asks nothing of storage.
 */
export async function refusalOfRead(kernel: AnyKernel, operation: AnyRead, request: Request<unknown>): Promise<Denial | null> {
  const { invariants = [], anchor, address } = operation;
  const judge = (modeOf: (invariant: { readonly id: string }) => Mode): readonly Finding[] => evaluate(invariants, { values: {}, failures: new Map() }, request, modeOf);
  const strict = judge(() => 'STRICT');
  // Freezing refuses a read that has rules and no anchor.
  if (anchor === null || strict.every(({ outcome }) => outcome === 'HELD')) return null;
  const { principal, tenantId, now, requestId } = request;
  for (const { outcome, cause } of strict) if (outcome === 'UNEVALUABLE') kernel.reporter.failure({ requestId, address: address[0], method: address[1], error: cause });
  const asked: AskedWrite = { operation: { address, anchor }, principal, tenantId, now, requestId, subject: null };
  const findings = await retrying(kernel.storage, () => judgedAndRecorded(kernel, asked, invariants.map(({ id }) => id), judge));
  const denial = denialOf(findings, requestId);
  if (denial !== null) await recordRefusal(kernel, { ...asked, outcome: 'DENIED', findings });
  return denial;
}

/** The findings under the modes in force, in one transaction; the violations are committed in it where none of them blocks. */
async function judgedAndRecorded(
  kernel: AnyKernel, asked: AskedWrite, ids: readonly string[], judge: (modeOf: (invariant: { readonly id: string }) => Mode) => readonly Finding[],
): Promise<readonly Finding[]> {
  const tx = await kernel.storage.begin(asked.tenantId);
  try {
    const { settings } = await tx.governance(ids);
    const findings = judge(modesIn(settings, asked, kernel.defaultMode));
    if (findings.some(({ isBlocking }) => isBlocking)) {
      await tx.rollback();
      return findings;
    }
    await Promise.all([tx.recordViolations(violationsOf(asked, findings, kernel.newViolationId)), tx.commit()]);
    return findings;
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}
