import { hash } from 'node:crypto';
import type { Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { Finding } from '../core/finding.ts';
import type { ExemptedFinding, Fault, GuardReport, ReportedRule } from '../run/guard-report.ts';

const ROOT_ID = 'SRCROOT';

/**
 * A report in SARIF 2.1.0, for code scanning. Exempted findings are in it as suppressed results; what keeps the run from being trusted
 * is a notification of an execution that was not successful.
 */
export function toSarif({ tool, startedAt, endedAt, guards, findings, exempted, faults, exitCode }: GuardReport): Log {
  const rules = guards.flatMap((guard) => guard.rules);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const counted = new Map<string, number>();
  const resultOf = (finding: Finding): Result => {
    const print = [finding.rule, finding.path, finding.message].join('\0');
    const nth = (counted.get(print) ?? 0) + 1;
    counted.set(print, nth);
    return {
      ruleId: finding.rule,
      ...(indexes.has(finding.rule) ? { ruleIndex: indexes.get(finding.rule) ?? 0 } : {}),
      level: 'error',
      message: { text: finding.message },
      locations: [{ physicalLocation: { artifactLocation: artifact(finding.path), region: { startLine: finding.line, startColumn: finding.column } } }],
      ...(finding.to === undefined ? {} : { relatedLocations: [{ physicalLocation: { artifactLocation: artifact(finding.to) }, message: { text: 'what it is about' } }] }),
      // Without the line, so that a finding stays the same one when what stands above it changes.
      partialFingerprints: { 'hocFinding/v1': hash('sha256', `${print}\0${nth}`) },
    };
  };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, semanticVersion: tool.version, rules: rules.map(descriptorOf) } },
        automationDetails: { id: `${tool.name}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT_ID]: { description: { text: 'The folder of the configuration.' } } },
        invocations: [{ executionSuccessful: faults.length === 0, exitCode, startTimeUtc: startedAt, endTimeUtc: endedAt, toolExecutionNotifications: faults.map(notificationOf) }],
        results: [...findings.map(resultOf), ...exempted.map((finding) => ({ ...resultOf(finding), suppressions: [suppressionOf(finding)] }))],
      },
    ],
  };
}

const artifact = (path: string): { readonly uri: string; readonly uriBaseId: string } => ({ uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT_ID });

const descriptorOf = ({ id, title, why, instead }: ReportedRule): ReportingDescriptor => ({
  id,
  name: id.split(/[/-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
  shortDescription: { text: title },
  fullDescription: { text: why },
  help: { text: `Why: ${why}\nInstead: ${instead}`, markdown: `**Why** ${why}\n\n**Instead** ${instead}` },
  defaultConfiguration: { level: 'error' },
});

const notificationOf = ({ message, remedy }: Fault): Notification => ({ level: 'error', message: { text: `${message}. ${remedy}` } });

const suppressionOf = ({ reason, expires }: ExemptedFinding): NonNullable<Result['suppressions']>[number] => ({
  kind: 'external', status: 'accepted', justification: `${reason} (until ${expires})`,
});
