import type { Finding } from '../core/finding.ts';
import { matching } from '../core/matching.ts';
import type { Workspace } from '../core/workspace.ts';
import type { HygieneConfig } from './hygiene-config.ts';
import type { HygieneFacts } from './hygiene-facts.ts';

/**
 * What the configuration lets pass and nothing needs.
 * @param config where the configuration is: a permission has no other place
 * @param pure what of `pure` was needed, as it is written there
 */
export function judgePermissions(workspace: Workspace, facts: (path: string) => HygieneFacts, permitted: HygieneConfig, pure: ReadonlySet<string>, config: string): readonly Finding[] {
  const isNeeded = (glob: string, needs: (path: string) => boolean): boolean => workspace.paths.filter(matching([glob])).some(needs);
  const hasDefault = (path: string): boolean =>
    facts(path).exportAssignments.length > 0 || [...workspace.module(path).exports, ...workspace.module(path).reExports].some(({ exported }) => exported === 'default');
  const asksFor = (specifier: string): boolean => workspace.paths.some((path) => workspace.module(path).requests.some((request) => request.kind === 'side effect' && request.specifier === specifier));
  const unused: readonly (readonly [at: string, entry: string])[] = [
    ...permitted.publicEntries.filter((glob) => !isNeeded(glob, (path) => facts(path).handsOn !== null)).map((glob) => ['publicEntries', glob] as const),
    ...permitted.defaultExports.filter((glob) => !isNeeded(glob, hasDefault)).map((glob) => ['defaultExports', glob] as const),
    ...(permitted.sideEffects ?? []).filter((specifier) => !asksFor(specifier)).map((specifier) => ['sideEffects', specifier] as const),
    ...permitted.pure.modules.filter((name) => !pure.has(name)).map((name) => ['pure.modules', name] as const),
    ...(permitted.pure.exports ?? []).filter((name) => !pure.has(name)).map((name) => ['pure.exports', name] as const),
  ];
  return unused.map(([at, entry]) => ({ rule: 'hygiene/unused-permission', path: config, line: 1, column: 1, message: `hygiene.${at} names ${entry}, and nothing needs it` }));
}
