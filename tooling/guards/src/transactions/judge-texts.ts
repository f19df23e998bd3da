import type { Finding } from '../core/finding.ts';
import { controlStatementsIn } from './control-statements.ts';
import { fillParts } from './fold-parts.ts';
import type { Judged, Scene } from './scene.ts';
import type { SqlText } from './transactions-facts.ts';

/** Texts that are transaction control. */
export function judgeTexts(scene: Scene): Judged {
  const { workspace, config, paths, facts, may } = scene;
  /** Whether a text is handed to a function that sends it. */
  const isSent = (path: string, to: SqlText['to']): boolean =>
    to !== null && workspace.symbols.originsOf(path, to.of).some(({ module, name, rest }) => workspace.has(module) && facts(module).senders[rest.at(-1) ?? name]?.includes(to.index) === true);
  const findings: Finding[] = [];
  let examined = 0;
  for (const path of paths) {
    const { texts, textCount } = facts(path);
    examined += textCount;
    for (const { parts, isSql, isAsked, to, line, column } of texts) {
      if (isAsked === true) {
        if (!may(path, 'raw-sql')) findings.push({ rule: 'transactions/raw-sql', path, line, column, message: 'sends a text that cannot be told: it may be transaction control' });
        continue;
      }
      const found = [...new Set(controlStatementsIn(fillParts(scene, path, parts), config.tenant, isSql || isSent(path, to)))];
      if (found.length > 0 && !may(path, 'raw-sql')) findings.push({ rule: 'transactions/raw-sql', path, line, column, message: `holds transaction control as text: ${found.join(', ')}` });
    }
  }
  return { findings, examined };
}
