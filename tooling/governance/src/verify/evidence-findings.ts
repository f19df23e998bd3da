import { isDeepStrictEqual } from 'node:util';
import type { GovernanceConfig } from '../config.ts';
import type { EvidenceFolder } from '../evidence/evidence-folder.ts';
import { readableStamp } from '../evidence/stamp.ts';
import { RESULT_OF } from '../evidence/statement.ts';
import { decideStatus } from '../facts/status.ts';
import type { Finding } from './finding.ts';

const FROM_GIT = 'Bring it back as it was committed, or close the domain again.';

/** Holds each evidence against itself: the status that its own facts decide, its name, its subject. Pure. */
export function evidenceFindings(folder: EvidenceFolder, { domains }: Pick<GovernanceConfig, 'domains'>): readonly Finding[] {
  return [
    ...folder.unreadable.map(({ path, what }) => ({ what: `${path} ${what}.`, remedy: 'Remove it if nobody committed it; else bring it back as it was.' })),
    ...folder.strayEnvelopes.map((path) => ({ what: `${path} envelops a statement that is not there.`, remedy: 'If git does not track it, run `mend`; else bring the statement back.' })),
    ...folder.evidence.flatMap(({ path, domain, stamp, statement }) => {
      const { subject, predicate } = statement;
      const { hocGovernance: closing, result } = predicate;
      const decided = decideStatus(closing.facts);
      const faults = [
        ...(Object.hasOwn(domains, domain) ? [] : [`is of a domain that the configuration does not have`]),
        ...(closing.domain === domain ? [] : [`is about ${closing.domain}, and lies with ${domain}`]),
        ...(closing.closedAt === readableStamp(stamp) ? [] : [`was closed at ${closing.closedAt}, and is named ${stamp}`]),
        ...(decided.status === closing.status ? [] : [`says ${closing.status}, and its own facts make it ${decided.status}`]),
        ...(isDeepStrictEqual(decided.why, closing.why) ? [] : ['gives other reasons than its own facts do']),
        ...(result === RESULT_OF[closing.status] ? [] : [`has result ${result}, which is not what ${closing.status} means`]),
        ...(isDeepStrictEqual(subject[0]?.digest, { gitTree: closing.tree, gitCommit: closing.commit }) ? [] : ['has another subject than the commit and the tree that it names']),
      ];
      return faults.map((fault) => ({ what: `${path} ${fault}.`, remedy: FROM_GIT }));
    }),
  ];
}
