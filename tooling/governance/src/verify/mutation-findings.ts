import { isDeepStrictEqual } from 'node:util';
import type { Statement } from '../evidence/statement.ts';
import { mutantFacts, mutationFacts } from '../facts/domain-facts.ts';
import type { MutationPolicy } from '../facts/mutation-policy.ts';
import { readMutation } from '../facts/read-mutation.ts';
import { commitFiles } from '../files/commit-files.ts';
import type { Git } from '../git.ts';
import type { Finding } from './finding.ts';

/** Holds what the newest evidence of each domain says of mutants against the mutation summary, and the files, of the tree that it names. */
export function mutationFindings(newest: ReadonlyMap<string, { readonly statement: Statement }>, git: Git, policy: MutationPolicy & { readonly summary: string }): readonly Finding[] {
  return [...newest].flatMap(([domain, { statement: { predicate } }]) => {
    const { facts, tree, closedAt } = predicate.hocGovernance;
    const files = commitFiles(git, tree);
    // A tree that is not here is told of with its commit.
    if (facts.skip !== null || files === null) return [];
    const read = readMutation(files, policy);
    const isSame = isDeepStrictEqual(
      { mutation: facts.mutation, fault: facts.mutationFault, mutants: facts.invariants.map(({ mutants }) => mutants) },
      { mutation: mutationFacts(read), fault: read.fault, mutants: facts.invariants.map(({ id }) => mutantFacts(id, read, predicate.passedTests)) },
    );
    return isSame ? [] : [{
      what: `What the evidence of ${domain} (${closedAt}) says of mutants is not what ${policy.summary} and the files of its tree say, as the configuration asks for them.`,
      remedy: `If the configuration asks for something else now, close ${domain} again; else the evidence is forged: bring it back as it was committed.`,
    }];
  });
}
