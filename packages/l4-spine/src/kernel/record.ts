import type { AuditEntry } from './audit.ts';
import type { Finding } from './evaluation.ts';
import type { ViolationRecord } from './ports.ts';
import { actorOf, type Principal } from './principal.ts';

/** A write, or a read that a rule guards, that somebody asked for, as its records tell it. */
export interface AskedWrite {
  readonly operation: { readonly address: readonly [operation: string, method: string]; readonly anchor: string };
  readonly principal: Principal;
  /** Whose chain it belongs on. */
  readonly tenantId: string;
  readonly now: Date;
  readonly requestId: string;
  readonly subject: string | null;
}

/** The audit entry of a write, before it is linked into its chain. */
export function auditEntryOf(
  { operation, principal, now, requestId, subject }: AskedWrite,
  outcome: AuditEntry['outcome'],
  findings: readonly Finding[],
): Omit<AuditEntry, 'seq' | 'prevHash' | 'hash'> {
  return {
    at: now, actor: actorOf(principal), address: operation.address[0], method: operation.address[1], anchor: operation.anchor,
    outcome, subject, requestId,
    invariants: findings.map(({ invariant, mode, outcome: fared }) => ({ id: invariant.id, mode, outcome: fared })),
  };
}

/** A record for every finding that is not HELD. */
export function violationsOf(
  { operation, principal, tenantId, now, requestId }: AskedWrite,
  findings: readonly Finding[],
  newId: () => string,
): readonly ViolationRecord[] {
  return findings
    .filter(({ outcome }) => outcome !== 'HELD')
    .map(({ invariant, mode, message, isBlocking }) => ({
      id: newId(), at: now, invariantId: invariant.id, severity: invariant.severity, tenantId,
      address: operation.address[0], method: operation.address[1], mode, outcome: isBlocking ? 'BLOCKED' : 'RECORDED',
      message, actor: actorOf(principal), requestId,
    }));
}
