import type { Finding } from '../core/finding.ts';
import type { Workspace } from '../core/workspace.ts';
import { Effects, type Problem } from './effects.ts';
import type { HygieneConfig } from './hygiene-config.ts';
import type { HygieneFacts } from './hygiene-facts.ts';

/** What modules do when they are imported, and what of the configuration's `pure` they needed. */
export function judgeEffects(workspace: Workspace, facts: (path: string) => HygieneFacts, { pure, sideEffects = [] }: HygieneConfig, paths: readonly string[]): { readonly findings: readonly Finding[]; readonly pure: ReadonlySet<string> } {
  const effects = new Effects(workspace, facts, pure);
  const findings: Finding[] = [];
  for (const path of paths) {
    for (const { specifier, kind, line, column } of workspace.module(path).requests) {
      if (kind === 'side effect' && specifier !== null && !sideEffects.includes(specifier)) findings.push({ rule: 'hygiene/import-effect', path, line, column, message: `imports '${specifier}' for what that does` });
    }
    /** One finding a line and rule: what stands within a call is mended with it. */
    const met = new Set<string>();
    for (const doing of facts(path).top) {
      const { problems, changes } = effects.of(path, [doing]);
      const { line, column } = doing;
      const others = [...changes].filter((module) => module !== path);
      const all: readonly Problem[] = [...problems, ...others.map((module): Problem => ({ kind: 'effect', what: `changes what ${module} holds` }))];
      for (const kind of ['effect', 'environment'] as const) {
        const found = all.find((problem) => problem.kind === kind);
        if (found === undefined || met.has(`${kind}:${line}`)) continue;
        met.add(`${kind}:${line}`);
        findings.push({ rule: kind === 'effect' ? 'hygiene/import-effect' : 'hygiene/environment-read', path, line, column, message: `on import, ${found.what}` });
      }
    }
  }
  return { findings, pure: effects.neededOfPure };
}
