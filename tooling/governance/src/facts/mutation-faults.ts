import type { Digests } from '../files/digests.ts';
import type { SourceFiles } from '../files/source-files.ts';
import type { MutationPolicy } from './mutation-policy.ts';
import type { MutationGroup, MutationSummary } from './mutation-summary.ts';

/**
 * What a summary lacks that is asked of it, and what it has that does not add up: a summary is written by a program, and can be edited
 * by anyone. Whether its files still are what they were is told apart from this (`stale`).
 */
export function mutationFaults({ groups, planted, survivors }: MutationSummary, policy: MutationPolicy, present: Pick<SourceFiles, 'matching'>): readonly string[] {
  const survivorsOf = ({ files }: MutationGroup): number => survivors.filter(({ file }) => Object.hasOwn(files, file)).length;
  return [
    ...groups.flatMap(({ name }, at) => [
      ...(Object.hasOwn(policy.groups, name) ? [] : [`the mutation summary has a group ${name}, which is not asked for`]),
      ...(groups.findIndex((group) => group.name === name) === at ? [] : [`the mutation summary has the group ${name} twice`]),
    ]),
    ...Object.entries(policy.groups).flatMap(([name, { threshold, files, except, tests }]) => {
      const group = groups.find((candidate) => candidate.name === name);
      if (group === undefined) return [`the mutation summary has no group ${name}`];
      const [left, found] = [group.survived + group.noCoverage, survivorsOf(group)];
      return [
        ...(group.threshold === threshold ? [] : [`the mutation summary holds ${name} to ${group.threshold ?? 'no'} %, and not to ${threshold} %`]),
        ...differences(`the mutants of ${name}`, group.files, present.matching(files, except)),
        ...differences(`the tests of ${name}`, group.tests, present.matching(tests)),
        ...(left === found ? [] : [`${left} mutants of ${name} live, and the mutation summary lists ${found}`]),
      ];
    }),
    ...survivors.filter(({ file }) => !groups.some(({ files }) => Object.hasOwn(files, file))).map(({ file, line }) => `the mutation summary lists a survivor in ${file}:${line}, which no group has`),
    ...(planted === null ? ['no faults were planted in the invariants'] : differences('the planted faults', planted.files, present.matching(policy.planted))),
  ];
}

/** A file that is gone is stale, and told of there. */
function differences(what: string, measured: Digests, asked: readonly string[]): readonly string[] {
  if (asked.length === 0) return [`${what}: nothing in the tree matches what the configuration asks for`];
  const known = new Set(asked);
  return [
    ...asked.filter((path) => !Object.hasOwn(measured, path)).map((path) => `${what} are not of ${path}, which is asked for`),
    ...Object.keys(measured).filter((path) => !known.has(path)).map((path) => `${what} are of ${path}, which is not asked for`),
  ];
}
