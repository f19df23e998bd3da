import { link, type AuditEntry } from './audit.ts';
import type { Finding } from './evaluation.ts';
import type { Kernel } from './kernel.ts';
import type { AnyWrite } from './operation.ts';
import type { ViolationRecord } from './ports.ts';
import { actorOf, type Principal } from './principal.ts';
import { PLATFORM } from './request.ts';

/** A write that did not happen, as its record needs it. */
export interface Refused {
  readonly operation: AnyWrite;
  readonly principal: Principal;
  readonly tenantId: string;
  readonly now: Date;
  readonly requestId: string;
  readonly subject: string | null;
  readonly outcome: 'DENIED' | 'FAILED';
  readonly findings: readonly Finding[];
}

/**
 * Records a denial or a failure in a transaction of its own, after the write's was rolled back: the audit entry, and
 * every violation. Where the tenant has no chain (it does not exist, or is not provisioned) the platform's takes it.
 * Rejects when it cannot be recorded.
 */
export async function recordRefusal<W, R, D>(kernel: Kernel<W, R, D>, refused: Refused): Promise<void> {
  if (await recordOn(kernel, refused, refused.tenantId)) return;
  if (!(await recordOn(kernel, refused, PLATFORM))) throw new Error('the platform has no audit chain');
}

async function recordOn<W, R, D>(kernel: Kernel<W, R, D>, refused: Refused, chain: string): Promise<boolean> {
  const tx = await kernel.storage.begin(chain);
  try {
    const head = await tx.auditHead();
    if (head === null && chain !== PLATFORM) {
      await tx.rollback();
      return false;
    }
    const violations = violationsOf(kernel, { ...refused, tenantId: chain }, (finding) => (finding.isBlocking ? 'BLOCKED' : 'RECORDED'));
    await Promise.all([
      tx.appendAudit(link(chain, head, auditEntryOf(refused))),
      violations.length > 0 && tx.recordViolations(violations),
      tx.commit(),
    ]);
    return true;
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}

/** The audit entry of a write, committed or refused, before it is linked into its chain. */
export function auditEntryOf(
  write: Omit<Refused, 'outcome'> & { readonly outcome: AuditEntry['outcome'] },
): Omit<AuditEntry, 'seq' | 'prevHash' | 'hash'> {
  const { operation, principal, now, requestId, subject, outcome, findings } = write;
  return {
    at: now, actor: actorOf(principal), address: operation.address[0], method: operation.address[1], anchor: operation.anchor,
    outcome, subject, requestId,
    invariants: findings.map(({ invariant, mode, outcome: fared }) => ({ id: invariant.id, mode, outcome: fared })),
  };
}

/** A record for every finding that is not HELD. */
export function violationsOf<W, R, D>(
  kernel: Kernel<W, R, D>,
  write: Omit<Refused, 'outcome'>,
  outcomeOf: (finding: Finding) => ViolationRecord['outcome'],
): readonly ViolationRecord[] {
  return write.findings
    .filter(({ outcome }) => outcome !== 'HELD')
    .map((finding) => ({
      id: kernel.newViolationId(), at: write.now, invariantId: finding.invariant.id, severity: finding.invariant.severity,
      tenantId: write.tenantId, address: write.operation.address[0], method: write.operation.address[1],
      mode: finding.mode, outcome: outcomeOf(finding), message: finding.message, actor: actorOf(write.principal), requestId: write.requestId,
    }));
}
