import type { EvidenceFolder } from '../evidence/evidence-folder.ts';
import type { Git } from '../git.ts';
import { allOf, type Findings, NOTHING_FOUND } from './finding.ts';

const UNSHALLOW = 'git fetch --unshallow';

/**
 * Holds the commits that evidence names against the history of HEAD.
 * A commit that is not in it is forged, or lies before the edge of a shallow clone, or was rewritten; the three are told apart.
 * @param mayBeShallow what a shallow clone does not have is a notice, not a failure
 */
export function commitFindings({ evidence }: EvidenceFolder, git: Git, mayBeShallow: boolean): Findings {
  const isShallow = git.isShallow();
  return allOf(
    evidence.map(({ path, statement }): Findings => {
      const { commit, tree } = statement.predicate.hocGovernance;
      const actual = git.treeOf(commit);
      if (actual !== null && actual !== tree) {
        return { failures: [{ what: `${path} gives commit ${commit} the tree ${tree}; it has ${actual}.`, remedy: 'The evidence is forged: bring it back as it was committed, or close the domain again.' }], notices: [] };
      }
      if (actual !== null && git.isInHistory(commit)) return NOTHING_FOUND;
      const same = git.commitWithTree(tree);
      if (same !== null) return { failures: [], notices: [`${path} names commit ${commit}, which is not in this history; ${same} has the same tree, which is what counts.`] };
      if (isShallow && actual === null) {
        const what = `${path} names commit ${commit}, which this shallow clone does not have.`;
        return mayBeShallow
          ? { failures: [], notices: [`${what} Not checked; to check it: ${UNSHALLOW}.`] }
          : { failures: [{ what, remedy: `Fetch the whole history, and verify again: ${UNSHALLOW}.` }], notices: [] };
      }
      return {
        failures: [{
          what: `${path} names commit ${commit}, which is not in the history of HEAD, and no commit there has its tree ${tree}.`,
          remedy: 'It is forged, or the history was rewritten. Close domains on commits that stay (merge them without rewriting), and bring the history back or close again.',
        }],
        notices: [],
      };
    }),
  );
}
