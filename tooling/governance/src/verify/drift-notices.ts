import type { GovernanceConfig } from '../config.ts';
import type { Statement } from '../evidence/statement.ts';
import { commitFiles } from '../files/commit-files.ts';
import { digestsOf } from '../files/digests.ts';
import type { SourceFiles } from '../files/source-files.ts';
import type { Git } from '../git.ts';

/**
 * What the newest evidence stands on and the tree has otherwise by now: no fault while people work, and never left unsaid, for a test
 * that says what it no longer observes has the name that it had.
 */
export function driftNotices(newest: ReadonlyMap<string, { readonly statement: Statement }>, git: Git, today: SourceFiles, { proofs, mutation }: Pick<GovernanceConfig, 'proofs' | 'mutation'>): readonly string[] {
  const groups = Object.values(mutation.groups);
  const watched = [
    { what: 't5 sources', globs: [...proofs.files, ...mutation.planted] },
    { what: 'mutated sources and their tests', globs: groups.flatMap(({ files, tests }) => [...files, ...tests]) },
  ];
  return [...Map.groupBy(newest, ([, { statement }]) => statement.predicate.hocGovernance.tree)].flatMap(([tree, closed]) => {
    const then = commitFiles(git, tree);
    if (then === null) return [];
    return watched.flatMap(({ what, globs }) => {
      const changed = differing(then, today, globs);
      if (changed.length === 0) return [];
      const list = changed.length > 3 ? `${changed.slice(0, 3).join(', ')} and ${changed.length - 3} more` : changed.join(', ');
      return [`${closed.map(([domain]) => domain).join(', ')}: the ${what} differ from the evidence (${list}): close again.`];
    });
  });
}

function differing(then: SourceFiles, today: SourceFiles, globs: readonly string[]): readonly string[] {
  const paths = [...new Set([...then.matching(globs), ...today.matching(globs)])].toSorted();
  const [before, after] = [digestsOf(then, paths), digestsOf(today, paths)];
  return paths.filter((path) => before.get(path) !== after.get(path));
}
