import { glob } from 'tinyglobby';
import type { IConfiguration } from 'dependency-cruiser';
import type { Finding } from '../core/finding.ts';
import type { AnyGuard } from '../core/guard.ts';
import type { Workspace } from '../core/workspace.ts';
import { CannotRunError } from '../run/cannot-run.ts';
import { BLIND_SPOTS, blindSpots, misnamed, unseenRequests } from './blind-spots.ts';
import type { BoundariesConfig } from './boundaries-config.ts';
import { concernedBy } from './concerned.ts';
import type { Crossing, Sight } from './cruise.ts';
import { isLinked, packageFolders } from './package-folders.ts';
import { rulesOf } from './rule-set.ts';

/** What the guard needs to know of the tree that it does not look at itself. */
export interface BoundariesPorts {
  /** What the rule set sees in the tree: a cruise, or what an earlier one saw of the same. */
  see(): Promise<Sight>;
}

/**
 * Holds a rule set of dependency-cruiser, and that it sees all that it should. dependency-cruiser knows no lines: a finding's
 * place is that of the import which it is about.
 * @param ruleSet what `config.rules` holds, with what it extends
 */
export function boundariesGuard(config: BoundariesConfig, ruleSet: IConfiguration, { see }: BoundariesPorts): AnyGuard {
  const idle = config.idle ?? {};
  const rules = rulesOf(ruleSet);
  const unknown = Object.keys(idle).filter((name) => !rules.some(({ id }) => id === `boundaries/${name}`));
  if (unknown.length > 0) throw new CannotRunError(`boundaries.idle names ${unknown.join(', ')}, which the rule set does not have`, 'Remove the line, or correct the name.');
  return {
    name: 'boundaries',
    rules: [...rules, ...BLIND_SPOTS],
    judge: async ({ workspace }) => {
      const { root } = workspace;
      const [sight, sources, packages] = await Promise.all([see(), sourcesOf(root, config), packageFolders(root, config.packages)]);
      const spots = blindSpots({ modules: sight.modules, sources, packages });
      const renamed = misnamed(workspace, packages, (path, name) => isLinked(root, path, name));
      const concerned = Object.entries(concernedBy(ruleSet, sight.modules));
      const busy = concerned.filter(([name, count]) => Object.hasOwn(idle, name) && count > 0).map(([name, count]): Finding => (
        { rule: 'boundaries/not-idle', path: config.rules, line: 1, column: 1, message: `${name} is said to concern nothing, and concerns ${count} modules` }
      ));
      return {
        findings: [...sight.crossings.map((crossing) => findingOf(crossing, workspace)), ...spots, ...unseenRequests(workspace, sight.asked), ...renamed, ...busy],
        examined: {
          // A rule that is idle has looked at the whole tree, in which what it is about is not there.
          ...Object.fromEntries(concerned.map(([name, count]) => [`boundaries/${name}`, Object.hasOwn(idle, name) ? sight.modules.length : count])),
          'boundaries/not-read': sources.length,
          'boundaries/empty-package': packages.length,
          'boundaries/misnamed-package': workspace.paths.length,
          'boundaries/not-idle': concerned.length,
        },
      };
    },
  };
}

const sourcesOf = (root: string, { sources }: BoundariesConfig): Promise<string[]> =>
  glob([...sources], { cwd: root, dot: true, expandDirectories: false, ignore: ['**/node_modules/**'] });

function findingOf({ rule, from, to, via }: Crossing, workspace: Workspace): Finding {
  const round = via.length === 0 ? '' : `, which leads back to it by ${via.filter((path) => path !== to).join(', ') || 'itself'}`;
  return { rule: `boundaries/${rule}`, path: from, ...placeOf(from, to, workspace), message: `imports ${shortened(to)}${round}`, to };
}

/** What of a path says which file it is: a package's own, without the store's folders. */
const shortened = (path: string): string => path.split('node_modules/').at(-1) ?? path;

function placeOf(from: string, to: string, workspace: Workspace): { readonly line: number; readonly column: number } {
  const request = workspace.has(from) ? workspace.module(from).requests.find(({ specifier }) => specifier !== null && leadsTo(from, specifier, to, workspace)) : undefined;
  return { line: request?.line ?? 1, column: request?.column ?? 1 };
}

function leadsTo(from: string, specifier: string, to: string, workspace: Workspace): boolean {
  if (specifier === to) return true;
  const resolution = workspace.resolve(from, specifier);
  switch (resolution.kind) {
    case 'file':
      return resolution.path === to;
    case 'builtin':
      return resolution.name === to.replace(/^node:/, '');
    case 'package':
      return to.includes(`node_modules/${resolution.name}/`);
    case 'outside':
    case 'unresolved':
      return false;
  }
}
