import type { Finding } from '../core/finding.ts';
import type { Judged, Scene } from './scene.ts';
import { matching } from '../core/matching.ts';
import type { WriteFactory } from './transactions-config.ts';
import type { Chain, Definition, Range, Use } from './transactions-facts.ts';

const WHOLE = new Set(['globalThis', 'window', 'self', 'global']);

/** I/O that is reached from inside a write. */
export function judgeIo(scene: Scene): Judged {
  const { config, paths, facts, may } = scene;
  const findings = new Map<string, Finding>();
  const isWithin = matching(config.within ?? []);
  let examined = 0;
  const note = (found: Iterable<Finding>): void => {
    for (const finding of found) {
      const key = `${finding.path}:${finding.line}:${finding.column}`;
      if (!findings.has(key)) findings.set(key, finding);
    }
  };
  for (const path of paths) {
    for (const definition of facts(path).definitions) {
      const inside = new Set(factoriesOf(scene, path, definition.factory).flatMap((factory) => factory.inside));
      if (inside.size === 0) continue;
      examined += 1;
      note(reach(scene, { path, what: `the write of ${path}:${definition.line}` }, definition, inside));
    }
    if (!isWithin(path)) continue;
    examined += 1;
    const { units } = facts(path);
    const functions = Object.fromEntries(Object.entries(units).filter(([name]) => !name.includes('.')));
    note(reach(scene, { path, what: 'a write, for all of this file runs in one' }, { functions, from: [] }, new Set(Object.keys(functions))));
  }
  const isOwn = matching(config.own ?? []);
  return { findings: [...findings.values()].filter(({ path }) => !isOwn(path) && !may(path, 'foreign-io')), examined };
}

/** Functions that define writes, used where nobody can tell what they define: what those do is judged by nobody. */
export function judgeDefining(scene: Scene): Judged {
  const { workspace, config, paths, facts, may } = scene;
  const factories = new Set(config.writes.map(({ module }) => module));
  const findings: Finding[] = [];
  let examined = 0;
  for (const path of paths) {
    const { uses, definitions } = facts(path);
    examined += definitions.length;
    if (factories.has(path)) continue;
    for (const { of, isHanded, line, column } of uses) {
      if (isHanded !== true) continue;
      const factory = workspace.symbols.originsOf(path, of).flatMap(({ module, name, rest }) => config.writes.filter((known) => known.module === module && known.factory === (rest[0] ?? name)))[0];
      if (factory === undefined || may(path, 'foreign-io')) continue;
      findings.push({ rule: 'transactions/opaque-write', path, line, column, message: `hands ${factory.factory} on, or calls it by a way on which nobody can tell what it defines` });
    }
  }
  return { findings, examined };
}

/** Which factories a chain calls, by whatever name, and through functions that hand their parameter on. */
function factoriesOf({ workspace, config, facts }: Scene, path: string, chain: Chain, met: Set<string> = new Set()): readonly WriteFactory[] {
  return workspace.symbols.originsOf(path, chain).flatMap(({ module, name, rest }) => {
    const key = `${module}\0${name}`;
    if (met.has(key)) return [];
    met.add(key);
    const found = config.writes.filter((factory) => factory.module === module && factory.factory === (rest[0] ?? name));
    const relay = workspace.has(module) ? facts(module).relays[name] : undefined;
    return relay === undefined ? found : [...found, ...factoriesOf({ workspace, config, facts } as Scene, module, relay, met)];
  });
}

interface Step {
  readonly path: string;
  readonly range: Range;
  /** How one gets there from the write. */
  readonly way: readonly string[];
}

/** Where a way begins that ends in I/O. */
interface Start {
  readonly path: string;
  /** What the I/O is inside of, in words. */
  readonly what: string;
}

function* reach(scene: Scene, { path, what }: Start, { functions, from }: Pick<Definition, 'functions' | 'from'>, inside: ReadonlySet<string>): Iterable<Finding> {
  const { workspace, config, facts } = scene;
  const isOwn = matching(config.own ?? []);
  const met = new Set<string>();
  const steps: Step[] = Object.entries(functions).filter(([name]) => inside.has(name)).map(([name, range]) => ({ path, range, way: [name] }));
  const follow = (at: string, chain: Chain, way: readonly string[], members: readonly string[] | undefined): void => {
    for (const { module, name, rest } of workspace.symbols.originsOf(at, chain)) {
      if (!workspace.has(module) || isOwn(module)) continue;
      const { units, later } = facts(module);
      const keys = members?.map((member) => `${name}.${member}`).filter((key) => Object.hasOwn(units, key)) ?? [];
      const all = keys.length > 0 ? keys : name === '*' ? [...new Set([...Object.keys(units), ...Object.keys(later)])] : [Object.hasOwn(units, `${name}.${rest[0] ?? ''}`) ? `${name}.${rest[0] ?? ''}` : name];
      for (const key of all) {
        if (met.has(`${module}\0${key}`)) continue;
        met.add(`${module}\0${key}`);
        const ranges = [...own(units, key), ...(own(later, key.split('.')[0] ?? key)).flat()];
        for (const range of ranges) steps.push({ path: module, range, way: [...way, key] });
      }
    }
  };
  for (const chain of from) follow(path, chain, [], [...inside]);
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const { uses } = facts(step.path);
    for (let index = step.range[0]; index < step.range[1]; index += 1) {
      const use = uses[index];
      if (use === undefined) continue;
      const io = foreign(scene, step.path, use);
      if (io !== undefined) {
        yield {
          rule: 'transactions/foreign-io', path: step.path, line: use.line, column: use.column,
          message: `reaches ${io} inside ${what} (${step.way.join(' → ')}): the transaction and its locks wait for it`,
        };
      } else if (!use.isGlobal) follow(step.path, use.of, step.way, undefined);
    }
  }
}

/** What stands under a name in a table, if anything does. */
const own = <Value>(table: Readonly<Record<string, Value>>, key: string): readonly Value[] => (Object.hasOwn(table, key) ? [table[key] as Value] : []); // it has one

/** The I/O that a use is, by its name. */
function foreign({ workspace, config: { foreign: { globals, modules } } }: Scene, path: string, { of, isGlobal, isComputed }: Use): string | undefined {
  if (isGlobal) {
    const [first, ...rest] = WHOLE.has(of[0]) ? of.slice(1) : of;
    // Whoever takes a member of the global object by a name that is computed may take any.
    if (first === undefined) return isComputed === true ? 'what the global object has under a name that cannot be told' : undefined;
    return globals.find((name) => name === first || (name.includes('.') && [first, ...rest].join('.').concat('.').startsWith(`${name}.`)));
  }
  for (const { module, name, rest } of workspace.symbols.originsOf(path, of)) {
    const known = modules.find((candidate) => {
      const asked = candidate.name.startsWith('node:') ? candidate.name : `npm:${candidate.name}`;
      return module === asked || module.startsWith(`${asked}/`);
    });
    if (known === undefined) continue;
    const taken = name === '*' || name === 'default' ? rest[0] : name;
    if (known.only !== undefined && taken !== undefined && !known.only.includes(taken)) continue;
    if (taken === undefined || known.except?.includes(taken) !== true) return taken === undefined ? known.name : `${taken} of ${known.name}`;
  }
  return undefined;
}
