import type { Finding } from '../core/finding.ts';
import type { Matches } from '../core/matching.ts';
import type { Workspace } from '../core/workspace.ts';

/** Imports of what is started: it may do anything, and would do it for whoever imports it. Its types do nothing. */
export function judgeEntryPoints(workspace: Workspace, isEntryPoint: Matches, paths: readonly string[]): readonly Finding[] {
  return paths.flatMap((path) =>
    workspace.module(path).requests.flatMap(({ specifier, isType, line, column }): readonly Finding[] => {
      const resolution = specifier === null || isType ? undefined : workspace.resolve(path, specifier);
      if (resolution?.kind !== 'file' || !isEntryPoint(resolution.path)) return [];
      return [{ rule: 'hygiene/entry-point-import', path, line, column, message: `imports ${resolution.path}, which is started, not imported` }];
    }));
}
