import type { Workspace } from '../core/workspace.ts';

/** The names under which a file of the tree exports values, those that it hands on from others included. */
export function exportedNames(workspace: Workspace, path: string, met: ReadonlySet<string> = new Set()): readonly string[] {
  if (met.has(path) || !workspace.has(path)) return [];
  const { exports, reExports } = workspace.module(path);
  const values = reExports.filter(({ isType }) => !isType);
  const passed = values.filter(({ exported }) => exported === '*').flatMap(({ specifier }) => {
    const resolution = workspace.resolve(path, specifier);
    return resolution.kind === 'file' ? exportedNames(workspace, resolution.path, new Set([...met, path])) : [];
  });
  return [...new Set([...exports.filter(({ isType }) => !isType).map(({ exported }) => exported), ...values.map(({ exported }) => exported).filter((name) => name !== '*'), ...passed])];
}
