import type { Evidence, EvidenceFolder } from '../evidence/evidence-folder.ts';
import { readableStamp, stampOf } from '../evidence/stamp.ts';
import type { Statement } from '../evidence/statement.ts';
import type { Git } from '../git.ts';
import type { Finding } from './finding.ts';

/** How far the clocks of two machines may differ. */
const CLOCKS_DIFFER_MS = 300_000;

/** A commit is made, then its commands begin and end, then the domain is closed, and all of that has happened. */
export const timeFindings = ({ evidence }: EvidenceFolder, git: Pick<Git, 'committedAt'>, now: Date): readonly Finding[] =>
  evidence.flatMap((one) => {
    const committedAt = git.committedAt(one.statement.predicate.hocGovernance.commit);
    return faultsOf(one, committedAt === null ? '' : stampOf(committedAt), stampOf(new Date(now.getTime() + CLOCKS_DIFFER_MS))).map((fault) => ({
      what: `${one.path} ${fault}.`,
      remedy: 'The evidence is forged, or a clock was wrong: close the domain again.',
    }));
  });

/** Stamps are to the second, and sort as the times do. */
function faultsOf({ stamp, statement }: Pick<Evidence, 'stamp'> & { readonly statement: Statement }, committed: string, now: string): readonly string[] {
  const { commands } = statement.predicate.hocGovernance.facts;
  return [
    ...commands.flatMap(({ name, startedAt, endedAt }) => [
      ...(stampOf(new Date(startedAt)) >= committed ? [] : [`started ${name} before its commit was made`]),
      ...(startedAt <= endedAt ? [] : [`ended ${name} before it began`]),
      ...(stampOf(new Date(endedAt)) <= stamp ? [] : [`was closed before ${name} had ended`]),
    ]),
    ...(stamp <= now ? [] : [`was closed at ${readableStamp(stamp)}, which is yet to come`]),
  ];
}
