import { hash } from 'node:crypto';
import { canonicalHash } from './canonical.ts';
import type { Mode } from './mode.ts';
import type { Actor } from './principal.ts';

export const AUDIT_OUTCOMES = ['COMMITTED', 'DENIED', 'FAILED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** How one invariant fared in a write. */
export interface AuditedInvariant {
  readonly id: string;
  readonly mode: Mode;
  readonly outcome: 'HELD' | 'BROKEN' | 'UNEVALUABLE';
}

/** One link of a tenant's audit chain, as it is stored and as `GET /v1/audit` shows it. */
export interface AuditEntry {
  /** 1, 2, 3, … without gaps. */
  readonly seq: number;
  readonly at: Date;
  readonly actor: Actor;
  readonly address: string;
  readonly method: string;
  readonly anchor: string;
  readonly outcome: AuditOutcome;
  /** The id of what the write was about. */
  readonly subject: string | null;
  readonly invariants: readonly AuditedInvariant[];
  readonly requestId: string;
  /** The hash of the entry before; of the first entry, {@link genesisHash}. */
  readonly prevHash: string;
  /** SHA-256, in hex, of the RFC 8785 canonical JSON of all the fields above (`at` as ISO 8601 with milliseconds, UTC). */
  readonly hash: string;
}

/** The stored end of a chain: a cut tail does not match it. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** What the first entry of a tenant's chain links to; bound to the tenant, so that a chain cannot be passed off as another's. */
export const genesisHash = (tenantId: string): string => hash('sha256', `hoc audit chain of ${tenantId}`, 'hex');

/** Links an entry to the head of its chain. */
export function link(tenantId: string, head: AuditHead | null, entry: Omit<AuditEntry, 'seq' | 'prevHash' | 'hash'>): AuditEntry {
  const linked = { ...entry, seq: (head?.seq ?? 0) + 1, prevHash: head?.hash ?? genesisHash(tenantId) };
  return { ...linked, hash: hashOf(linked) };
}

/** The hash that an entry must carry. */
export function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, actor, address, method, anchor, outcome, subject, invariants, requestId, prevHash } = entry;
  return canonicalHash({
    seq, at: at.toISOString(), actor, address, method, anchor, outcome, subject, invariants, requestId, prevHash,
  });
}

/** The verdict on a chain. `entries` counts what was read before the first fault. */
export type ChainVerdict =
  | { readonly valid: true; readonly entries: number; readonly head: AuditHead | null }
  | { readonly valid: false; readonly entries: number; readonly head: AuditHead | null; readonly firstInvalidSeq: number; readonly reason: string };

/**
 * Verifies a whole chain, in pages, against its stored head: every hash, every link, no gap, no cut tail.
 * @param pages the entries in the order of `seq`
 */
export async function verifyChain(tenantId: string, head: AuditHead | null, pages: AsyncIterable<readonly AuditEntry[]>): Promise<ChainVerdict> {
  let last: AuditHead = { seq: 0, hash: genesisHash(tenantId) };
  const invalid = (seq: number, reason: string): ChainVerdict => ({ valid: false, entries: last.seq, head, firstInvalidSeq: seq, reason });
  for await (const page of pages) {
    for (const entry of page) {
      const expected = last.seq + 1;
      if (entry.seq !== expected) return invalid(expected, `entry ${expected} is missing`);
      if (entry.prevHash !== last.hash) return invalid(expected, `entry ${expected} does not link to the one before it`);
      if (entry.hash !== hashOf(entry)) return invalid(expected, `entry ${expected} was changed after it was written`);
      last = { seq: entry.seq, hash: entry.hash };
    }
  }
  if (head === null) return last.seq === 0 ? { valid: true, entries: 0, head } : invalid(1, 'the chain has entries and no head');
  if (last.seq < head.seq) return invalid(last.seq + 1, `the chain ends at entry ${last.seq}, its head says ${head.seq}`);
  if (last.seq > head.seq) return invalid(head.seq + 1, `the chain goes on after its head, entry ${head.seq}`);
  if (last.hash !== head.hash) return invalid(head.seq, 'the last entry is not the one that the head names');
  return { valid: true, entries: last.seq, head };
}
