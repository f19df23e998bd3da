import { styleText } from 'node:util';
import { shown } from './shown.ts';
import type { Finding } from '../core/finding.ts';
import type { Fault, GuardReport, ReportedRule } from '../run/guard-report.ts';

/** How it is written. */
export interface TerminalStyle {
  readonly hasColour: boolean;
}

/** A report for people: findings by file, each with its rule, why it stands and what to do instead; the counts last. */
export function toTerminal(report: GuardReport, { hasColour }: TerminalStyle): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string => (hasColour ? styleText(format, text, { validateStream: false }) : text);
  const rules = new Map(report.guards.flatMap((guard) => guard.rules.map((rule) => [rule.id, rule] as const)));
  const lines: string[] = [];
  for (const [path, findings] of Map.groupBy(report.findings, (finding: Finding) => finding.path)) {
    lines.push(paint('underline', shown(path)));
    for (const finding of findings) lines.push(...findingLines(finding, rules.get(finding.rule), paint));
    lines.push('');
  }
  for (const fault of report.faults) lines.push(...faultLines(fault, paint), '');
  // A run that did not come about has counted nothing.
  return report.guards.length === 0 ? lines.join('\n').trimEnd() : [...lines, summaryOf(report, paint)].join('\n');
}

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

function findingLines({ path, line, column, rule, message }: Finding, known: ReportedRule | undefined, paint: Paint): readonly string[] {
  return [
    `  ${paint('red', '✗')} ${shown(path)}:${line}:${column}  ${paint('bold', shown(rule))}`,
    `    ${shown(message)}`,
    ...(known === undefined ? [] : [`    ${paint('dim', 'why')}      ${shown(known.why)}`, `    ${paint('dim', 'instead')}  ${shown(known.instead)}`]),
  ];
}

/** Something that keeps the run from being trusted. */
export const faultLines = ({ message, remedy }: Fault, paint: Paint = (_format, text) => text): readonly string[] => [
  `${paint('red', '✗ cannot be trusted:')} ${shown(message)}`,
  `    ${paint('dim', 'remedy')}   ${shown(remedy)}`,
];

function summaryOf({ startedAt, endedAt, files, guards, findings, exempted, faults, exitCode }: GuardReport, paint: Paint): string {
  const counted = [
    `${files} files`,
    `${guards.reduce((sum, { rules }) => sum + rules.length, 0)} rules of ${guards.map(({ name }) => name).join(', ')}`,
    `${guards.reduce((sum, { plants }) => sum + plants, 0)} planted violations and as many near misses`,
    `${findings.length} findings`,
    ...(exempted.length === 0 ? [] : [`${exempted.length} exempted`]),
    ...(faults.length === 0 ? [] : [`${faults.length} faults of the run`]),
    `${Date.parse(endedAt) - Date.parse(startedAt)} ms`,
  ].join(', ');
  return exitCode === 0 ? `${paint('green', '✓ clean')}: ${counted}` : `${paint('red', exitCode === 1 ? '✗ broken' : '✗ cannot be trusted')}: ${counted}`;
}
