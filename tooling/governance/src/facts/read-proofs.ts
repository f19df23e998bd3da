import type { ProofReport } from '@hoc/guards/coverage/proof-report';
import type { ProofSet } from '@hoc/guards/coverage/proof-set';
import { proofStanding } from '@hoc/guards/coverage/proof-standing';

export type ReadProofs = { readonly report: ProofReport; readonly fault: null } | { readonly report: null; readonly fault: string };

/** The proof report, where there is one and it is of the tree as it stands. */
export async function readProofs(root: string, proofs: ProofSet): Promise<ReadProofs> {
  const standing = await proofStanding(root, proofs);
  switch (standing.state) {
    case 'fresh':
      return { report: standing.report, fault: null };
    case 'stale':
      return { report: null, fault: `the proof report ${proofs.report} is of other sources than these` };
    case 'missing':
      return { report: null, fault: `there is no proof report at ${proofs.report}` };
    case 'unreadable':
      return { report: null, fault: `the proof report ${proofs.report} cannot be read: ${standing.reason}` };
  }
}
