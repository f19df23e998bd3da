import type { Finding, Place } from '../core/finding.ts';
import type { Origin } from '../core/symbols.ts';
import type { Workspace } from '../core/workspace.ts';
import { foldParts } from './fold-parts.ts';
import { matching, type Matches } from '../core/matching.ts';
import type { ControlOwner, Permitted, TransactionsConfig } from './transactions-config.ts';
import type { TransactionsFacts } from './transactions-facts.ts';

/** What all judgements look at. */
export interface Scene {
  readonly workspace: Workspace;
  readonly config: TransactionsConfig;
  /** The files that are judged. */
  readonly paths: readonly string[];
  readonly facts: (path: string) => TransactionsFacts;
  /** Whether a file may do what others may not. */
  readonly may: (path: string, what: Permitted) => boolean;
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly examined: number;
}

/** Members that control a transaction, by whatever way they are taken. */
export function judgeCalls(scene: Scene, isType: (path: string, chain: readonly [string, ...string[]]) => boolean): Judged {
  const { workspace, config, paths, facts, may } = scene;
  const control = new Set(config.control);
  const findings: Finding[] = [];
  let examined = 0;
  for (const path of paths) {
    const { accesses, opaque } = facts(path);
    for (const { member, of, line, column } of accesses) {
      const name = foldParts(scene, path, member);
      if (name === undefined || !control.has(name)) continue;
      examined += 1;
      if (may(path, 'control-call') || (of !== null && isOwnFunction(scene, path, [...of, name]))) continue;
      findings.push({ rule: 'transactions/control-call', path, line, column, message: `takes '${name}'${of === null ? '' : ` of ${of.join('.')}`}, which begins or ends a transaction` });
    }
    for (const { how, types, line, column } of opaque) {
      const type = types.find((chain) => isType(path, chain));
      if (type === undefined) continue;
      examined += 1;
      if (!may(path, 'control-call')) findings.push({ rule: 'transactions/control-call', path, line, column, message: `takes ${how} of a ${type.at(-1) ?? 'transaction'}: what it takes can begin or end one` });
    }
  }
  return { findings, examined: examined + (workspace.paths.length > 0 ? paths.length : 0) };
}

/** Whether a chain ends in a function of the tree that only happens to be called so: what it does is judged where it stands. */
function isOwnFunction({ workspace, facts, config }: Scene, path: string, chain: readonly [string, ...string[]]): boolean {
  const origins = workspace.symbols.originsOf(path, chain);
  return origins.length > 0 && origins.every(({ module, name, rest }) => {
    if (!workspace.has(module) || config.owners.some((owner) => owner.module === module && owner.exports.includes(name))) return false;
    const { units } = facts(module);
    if (rest.length === 0) return module !== path && Object.hasOwn(units, name);
    return rest.length === 1 && Object.hasOwn(units, `${name}.${rest[0] ?? ''}`);
  });
}

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
