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
  let examined = 0;
  for (const path of paths) {
    for (const definition of facts(path).definitions) {
      const inside = new Set(factoriesOf(scene, path, definition.factory).flatMap((factory) => factory.inside));
      if (inside.size === 0) continue;
      examined += 1;
      for (const finding of reach(scene, path, definition, inside)) {
        const key = `${finding.path}:${finding.line}:${finding.column}`;
        if (!findings.has(key)) findings.set(key, finding);
      }
    }
  }
  const isOwn = matching(config.own ?? []);
  return { findings: [...findings.values()].filter(({ path }) => !isOwn(path) && !may(path, 'foreign-io')), examined };
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

function* reach(scene: Scene, path: string, { functions, from, line }: Definition, inside: ReadonlySet<string>): Iterable<Finding> {
  const { workspace, config, facts } = scene;
  const isOwn = matching(config.own ?? []);
  const met = new Set<string>();
  const steps: Step[] = Object.entries(functions).filter(([name]) => inside.has(name)).map(([name, range]) => ({ path, range, way: [name] }));
  const follow = (at: string, chain: Chain, way: readonly string[], members: readonly string[] | undefined): void => {
    for (const { module, name, rest } of workspace.symbols.originsOf(at, chain)) {
      if (!workspace.has(module) || isOwn(module)) continue;
      const { units } = facts(module);
      const keys = members?.map((member) => `${name}.${member}`).filter((key) => Object.hasOwn(units, key)) ?? [];
      const all = keys.length > 0 ? keys : name === '*' ? Object.keys(units) : [Object.hasOwn(units, `${name}.${rest[0] ?? ''}`) ? `${name}.${rest[0] ?? ''}` : name];
      for (const key of all) {
        const range = units[key];
        if (range === undefined || met.has(`${module}\0${key}`)) continue;
        met.add(`${module}\0${key}`);
        steps.push({ path: module, range, way: [...way, key] });
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
          message: `reaches ${io} inside the write of ${path}:${line} (${step.way.join(' → ')}): the transaction and its locks wait for it`,
        };
      } else if (!use.isGlobal) follow(step.path, use.of, step.way, undefined);
    }
  }
}

/** The I/O that a use is, by its name. */
function foreign({ workspace, config: { foreign: { globals, modules } } }: Scene, path: string, { of, isGlobal }: Use): string | undefined {
  if (isGlobal) {
    const name = WHOLE.has(of[0]) ? of[1] : of[0];
    return name !== undefined && globals.includes(name) ? name : undefined;
  }
  for (const { module, name, rest } of workspace.symbols.originsOf(path, of)) {
    const known = modules.find((candidate) => {
      const asked = candidate.name.startsWith('node:') ? candidate.name : `npm:${candidate.name}`;
      return module === asked || module.startsWith(`${asked}/`);
    });
    if (known === undefined) continue;
    const taken = name === '*' || name === 'default' ? rest[0] : name;
    if (taken === undefined || known.except?.includes(taken) !== true) return taken === undefined ? known.name : `${taken} of ${known.name}`;
  }
  return undefined;
}
