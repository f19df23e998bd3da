import type { Finding } from '../core/finding.ts';
import type { Workspace } from '../core/workspace.ts';
import type { HygieneFacts } from './hygiene-facts.ts';

/** Modules that only hand on what others define. */
export function judgeBarrels(facts: (path: string) => HygieneFacts, paths: readonly string[]): readonly Finding[] {
  return paths.flatMap((path): readonly Finding[] => {
    const { handsOn } = facts(path);
    return handsOn === null ? [] : [{ rule: 'hygiene/internal-barrel', path, ...handsOn, message: 'hands on what other modules define: all that one of them exports, or nothing of its own beside it' }];
  });
}

/** Exports without a name. */
export function judgeDefaults(workspace: Workspace, facts: (path: string) => HygieneFacts, paths: readonly string[]): { readonly findings: readonly Finding[]; readonly examined: number } {
  const findings: Finding[] = [];
  let examined = 0;
  for (const path of paths) {
    const { exports, reExports } = workspace.module(path);
    const { exportAssignments } = facts(path);
    examined += exports.length + reExports.length + exportAssignments.length;
    for (const { exported, line, column } of [...exports, ...reExports]) {
      if (exported === 'default') findings.push({ rule: 'hygiene/default-export', path, line, column, message: 'exports something by default, without a name' });
    }
    for (const { line, column } of exportAssignments) findings.push({ rule: 'hygiene/default-export', path, line, column, message: 'is, as a whole, one export without a name' });
  }
  return { findings, examined };
}
