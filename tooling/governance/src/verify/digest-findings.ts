import type { EvidenceFolder } from '../evidence/evidence-folder.ts';
import { commitFiles } from '../files/commit-files.ts';
import { digestsOf } from '../files/digests.ts';
import type { Git } from '../git.ts';
import type { Finding } from './finding.ts';

/** Holds the digests of the configuration that evidence records against the tree that it names. A tree that is not here is told of with its commit. */
export const digestFindings = ({ evidence }: EvidenceFolder, git: Git): readonly Finding[] =>
  evidence.flatMap(({ path, statement: { predicate } }) => {
    const { tree } = predicate.hocGovernance;
    const files = commitFiles(git, tree);
    if (files === null) return [];
    const committed = digestsOf(files, predicate.configuration.map(({ name }) => name));
    return predicate.configuration
      .filter(({ name, digest }) => committed.get(name) !== digest['sha256'])
      .map(({ name }) => ({ what: `${path} gives ${name} another digest than the tree ${tree} has.`, remedy: 'The evidence is forged: bring it back as it was committed, or close the domain again.' }));
  });
