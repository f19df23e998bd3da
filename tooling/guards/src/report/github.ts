import type { GuardReport } from '../run/guard-report.ts';

/**
 * A report as workflow commands of GitHub Actions, which shows them at their lines.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function toGitHub({ guards, findings, faults }: GuardReport): string {
  const instead = new Map(guards.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule.instead] as const)));
  return [
    ...findings.map(({ rule, path, line, column, message }) =>
      `::error file=${property(path)},line=${line},col=${column},title=${property(rule)}::${data([message, instead.get(rule)].filter((text) => text !== undefined).join('\n'))}`),
    ...faults.map(({ message, remedy }) => `::error title=${property('hoc-guard cannot be trusted')}::${data(`${message}\n${remedy}`)}`),
  ].map((line) => `${line}\n`).join('');
}

/** What ends a command, and what begins an escape. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** Besides, what ends a property. */
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
