import { link } from './audit.ts';
import type { Finding } from './evaluation.ts';
import type { AnyKernel } from './kernel.ts';
import { auditEntryOf, violationsOf, type AskedWrite } from './record.ts';
import { PLATFORM } from './request.ts';
import { retrying } from './retry.ts';

/** A write that did not happen, or a read that a rule refused. */
export interface Refused extends AskedWrite {
  readonly outcome: 'DENIED' | 'FAILED';
  readonly findings: readonly Finding[];
}

/**
 * Records a denial or a failure in a transaction of its own, after the write's was rolled back: the audit entry, and
 * every violation. Where the tenant has no chain (it does not exist, or is not provisioned) the platform's takes it.
 * Rejects when it cannot be recorded.
 */
export async function recordRefusal(kernel: AnyKernel, refused: Refused): Promise<void> {
  const isRecorded = await retrying(kernel.storage, () => recordOn(kernel, refused, refused.tenantId));
  if (!isRecorded) await retrying(kernel.storage, () => recordOn(kernel, refused, PLATFORM));
}

/** Answers false, with nothing written, where that tenant has no chain; the platform's begins with its first entry. */
async function recordOn(kernel: AnyKernel, refused: Refused, tenantId: string): Promise<boolean> {
  const tx = await kernel.storage.begin(tenantId);
  try {
    const head = await tx.auditHead();
    if (head === null && tenantId !== PLATFORM) {
      await tx.rollback();
      return false;
    }
    const violations = violationsOf({ ...refused, tenantId }, refused.findings, kernel.newViolationId);
    await Promise.all([
      tx.appendAudit(link(tenantId, head, auditEntryOf(refused, refused.outcome, refused.findings))),
      violations.length > 0 && tx.recordViolations(violations),
      tx.commit(),
    ]);
    return true;
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}
