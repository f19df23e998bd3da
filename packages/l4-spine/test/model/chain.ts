import { hash } from 'node:crypto';
import { expect } from 'vitest';
import { sorted, type Recorded } from './foresight.ts';
import { INVARIANTS } from './rules.ts';
import type { State } from './state.ts';
import type { StoredEntry, StoredRecords } from './stored-rows.ts';

/** The end of every chain that was followed so far; kept from sequence to sequence, as the chains are. */
export type ChainEnds = Map<string, { seq: number; hash: string }>;

const GENESIS = (chain: string): string => hash('sha256', `hoc audit chain of ${chain}`, 'hex');

/**
 * Holds what a call has left on a chain, and among the violations, against what it should have: one entry or none, linked and hashed
 * as ARCHITECTURE.md says (here by other code than the kernel's), and one violation per rule that did not hold.
 */
export function followChain(ends: ChainEnds, chain: string, stored: StoredRecords, recorded: Recorded | null, { state, requestId }: { readonly state: State; readonly requestId: string }): void {
  const end = ends.get(chain) ?? { seq: 0, hash: GENESIS(chain) };
  expect(stored.entries, `entries on the chain of ${chain}`).toHaveLength(recorded === null ? 0 : 1);
  const [entry] = stored.entries;
  if (entry !== undefined && recorded !== null) {
    const { seq, at, actor, address, method, anchor, outcome, subject, request_id, prev_hash } = entry;
    expect({ seq, at, actor, address: [address, method], anchor, outcome, subject, request_id, prev_hash }, 'the audit entry').toEqual({
      seq: end.seq + 1, at: state.now, actor: recorded.actor, address: recorded.address, anchor: recorded.anchor, outcome: recorded.outcome,
      subject: recorded.subject, request_id: requestId, prev_hash: end.hash,
    });
    expect([...entry.invariants].sort(byId), 'the invariants of the audit entry').toEqual(
      recorded.judged.map(({ id, mode, standing }) => ({ id, mode, outcome: standing === 'HELD' ? 'HELD' : 'BROKEN' })).sort(byId),
    );
    expect(entry.hash, 'the hash of the audit entry').toBe(hashOf(entry));
    ends.set(chain, { seq: entry.seq, hash: entry.hash });
    state.chains.set(chain, (state.chains.get(chain) ?? 0) + 1);
  }
  expect(stored.head, `the head of the chain of ${chain}`).toEqual(ends.get(chain) ?? null);
  const broken = (recorded?.judged ?? []).filter(({ standing }) => standing !== 'HELD');
  expect(stored.violations.map(({ invariant_id, severity, mode, outcome }) => ({ id: invariant_id, severity, mode, outcome })), 'the violations of the call').toEqual(
    broken.map(({ id, mode }) => ({ id, severity: INVARIANTS[id].severity, mode, outcome: mode === 'MONITOR' ? 'RECORDED' : 'BLOCKED' })).sort(byId),
  );
  state.violations.set(chain, (state.violations.get(chain) ?? 0) + broken.length);
  expect(stored.violationCount, `violations of ${chain}`).toBe(state.violations.get(chain));
}

const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);

const hashOf = ({ seq, at, actor, address, method, anchor, outcome, subject, invariants, request_id, prev_hash }: StoredEntry): string =>
  hash(
    'sha256',
    sorted({ seq, at: new Date(at).toISOString(), actor, address, method, anchor, outcome, subject, invariants, requestId: request_id, prevHash: prev_hash }),
    'hex',
  );
