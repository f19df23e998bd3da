import type { Finding, Place } from '../core/finding.ts';
import { matching, type Matches } from '../core/matching.ts';
import type { Origin } from '../core/symbols.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Judged, Scene } from './scene.ts';
import type { ControlOwner } from './transactions-config.ts';

/** Imports of what controls transactions, however it is called on the way. */
export function judgeImports({ workspace, config, paths, may }: Scene): Judged {
  const owners = new Map(config.owners.map((owner) => [owner.module, { ...owner, isImporter: matching([owner.module, ...owner.importers]) }]));
  const findings: Finding[] = [];
  let examined = 0;
  const controlOf = (path: string, origins: readonly Origin[]): { readonly module: string; readonly name: string } | undefined =>
    origins.find(({ module, name }) => {
      const owner = owners.get(module);
      return owner !== undefined && owner.exports.includes(name) && !owner.isImporter(path);
    });
  const wholes = new Map<string, readonly Origin[]>();
  /** What of it controls transactions that a whole module hands on. */
  const handedOn = (module: string): readonly Origin[] => {
    let found = wholes.get(module);
    if (found === undefined) {
      found = controlIn(workspace, owners, module);
      wholes.set(module, found);
    }
    return found;
  };
  const wholeAt = (path: string, specifier: string): readonly Origin[] => {
    const resolution = workspace.resolve(path, specifier);
    if (resolution.kind === 'file') return workspace.has(resolution.path) ? handedOn(resolution.path) : [];
    if (resolution.kind === 'package') return handedOn(`npm:${resolution.path}`);
    return [];
  };
  for (const path of paths) {
    const { imports, reExports, requests } = workspace.module(path);
    const met = new Set<string>();
    const judge = (origins: readonly Origin[], place: Place, how: string): void => {
      examined += 1;
      const found = controlOf(path, origins);
      if (found === undefined || may(path, 'control-import') || met.has(`${place.line}:${place.column}`)) return;
      met.add(`${place.line}:${place.column}`);
      findings.push({ rule: 'transactions/control-import', path, line: place.line, column: place.column, message: `${how} ${found.name} of ${found.module}, which opens or ends transactions` });
    };
    for (const fact of imports) {
      if (fact.isType) continue;
      if (fact.imported === '*') judge(wholeAt(path, fact.specifier), fact, 'imports, with the whole of a module,');
      else judge(workspace.symbols.originsOf(path, [fact.local]), fact, 'imports');
    }
    for (const fact of reExports) {
      if (fact.isType) continue;
      if (fact.imported === '*') judge(wholeAt(path, fact.specifier), fact, 'hands on, with the whole of a module,');
      else judge(workspace.symbols.originsOfExport(path, fact.exported), fact, 'hands on');
    }
    for (const { kind, specifier, line, column } of requests) {
      if ((kind === 'dynamic' || kind === 'require') && specifier !== null) judge(wholeAt(path, specifier), { line, column }, 'asks, in place, for a module with');
    }
  }
  return { findings, examined };
}

function controlIn(workspace: Workspace, owners: ReadonlyMap<string, ControlOwner & { readonly isImporter: Matches }>, module: string, met: Set<string> = new Set()): readonly Origin[] {
  if (met.has(module)) return [];
  met.add(module);
  const owned = (owners.get(module)?.exports ?? []).map((name) => ({ module, name, rest: [] }));
  if (!workspace.has(module)) return owned;
  const { exports, reExports } = workspace.module(module);
  const named = [...exports, ...reExports].filter(({ exported, isType }) => !isType && exported !== '*').flatMap(({ exported }) => workspace.symbols.originsOfExport(module, exported));
  const handed = reExports.filter(({ exported, isType }) => !isType && exported === '*').flatMap(({ specifier }) => {
    const resolution = workspace.resolve(module, specifier);
    return resolution.kind === 'file' ? controlIn(workspace, owners, resolution.path, met) : [];
  });
  return [...owned, ...named, ...handed].filter(({ module: origin, name }) => owners.get(origin)?.exports.includes(name) === true);
}
