import { glob as find } from 'tinyglobby';
import { matching } from '../core/matching.ts';
import { diskTree } from '../core/source-tree.ts';
import type { GuardsConfig } from './config.ts';
import type { Fault } from './guard-report.ts';
import { namedGlobs, type NamedGlob } from './named-globs.ts';

/**
 * What a configuration names that is not there: it may have been renamed, and nobody guards what was meant.
 * @param guarded the paths of the files that were found
 */
export async function deadGlobs(root: string, config: GuardsConfig, guarded: readonly string[]): Promise<readonly Fault[]> {
  const named = namedGlobs(config);
  const excluding = named.some(({ among }) => among === 'excluded');
  const included = excluding ? (await diskTree(root, { include: config.files.include })).paths : [];
  const isAlive = async ({ glob, among }: NamedGlob): Promise<boolean> => {
    if (among === 'guarded') return guarded.some(matching([glob]));
    // A folder that is left out leaves out what is in it.
    if (among === 'excluded') return included.some(matching([glob, `${glob}/**`]));
    return (await find([glob], { cwd: root, dot: true, onlyFiles: false, expandDirectories: false, ignore: ['**/node_modules/**', '**/.git/**'] })).length > 0;
  };
  const alive = await Promise.all(named.map(isAlive));
  return named.filter((_named, index) => alive[index] === false).map(({ at, glob }) => ({
    message: `${at} names ${glob}, which matches nothing`, remedy: 'Correct it, or remove it: what it is about may have moved or been renamed, and is guarded by nobody.',
  }));
}
