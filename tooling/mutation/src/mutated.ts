import { filesOf } from './digests.ts';
import { NEVER_MUTATED, type Group } from './groups.ts';

/** The files of a group that are mutated now. Throws where one that is left out is not among what its globs name: whoever moves it must say so here. */
export function mutatedIn(root: string, { name, mutate, except }: Pick<Group, 'name' | 'mutate' | 'except'>): readonly string[] {
  const all = filesOf(root, mutate, NEVER_MUTATED);
  for (const { file } of except) if (!all.includes(file)) throw new Error(`${file} is left out of ${name}, and is not there. Take it off the list in tooling/mutation/src/groups.ts.`);
  return all.filter((path) => !except.some(({ file }) => file === path));
}
