import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv-draft-04';
import { beforeAll, expect, test } from 'vitest';
import { toSarif } from '../src/report/sarif.ts';
import { failedReport } from '../src/run/failed-report.ts';
import { SAMPLE } from './sample-report.ts';

let faultsIn: (log: unknown) => readonly string[];
beforeAll(() => {
  const folder = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'));
  // OASIS's own schema of SARIF 2.1.0, as Microsoft ships it with its matchers.
  const schema = JSON.parse(readFileSync(join(folder, 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object;
  const validate = new Ajv.default({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false }).compile(schema);
  faultsIn = (log) => (validate(log) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`));
});

const written = (report: typeof SAMPLE): unknown => JSON.parse(JSON.stringify(toSarif(report)));

test('a report with findings, exemptions and faults is valid SARIF 2.1.0', () => {
  expect(faultsIn(written(SAMPLE))).toEqual([]);
});

test('a clean report, and one of a run that did not come about, are valid, too', () => {
  expect(faultsIn(written({ ...SAMPLE, findings: [], exempted: [], faults: [], exitCode: 0 }))).toEqual([]);
  expect(faultsIn(written(failedReport('guards.config.ts', new Date(), { message: 'a', remedy: 'b' })))).toEqual([]);
});

test('the schema would find a fault', () => {
  expect(faultsIn({ ...(written(SAMPLE) as object), version: '2.0.0' })).not.toEqual([]);
});

test('rules carry what to do, results their place and a fingerprint that lines do not change', () => {
  const [run] = toSarif(SAMPLE).runs;
  expect(run?.tool.driver).toMatchObject({ name: 'hoc-guard', version: '1.2.3', rules: [{ id: 'order/neat-file', name: 'OrderNeatFile', help: { text: expect.stringContaining('Tidy it') as string } }] });
  expect(run?.automationDetails).toEqual({ id: 'hoc-guard/' });
  expect(run?.invocations).toMatchObject([{ executionSuccessful: false, exitCode: 2, toolExecutionNotifications: [{ message: { text: expect.stringContaining('nothing to look at') as string } }] }]);
  expect(run?.results?.[0]).toMatchObject({
    ruleId: 'order/neat-file', ruleIndex: 0, level: 'error',
    locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a%20b%2Cc%3Ad.ts', uriBaseId: 'SRCROOT' }, region: { startLine: 3, startColumn: 7 } } }],
  });
  const moved = toSarif({ ...SAMPLE, findings: SAMPLE.findings.map((finding) => ({ ...finding, line: finding.line + 10 })) }).runs[0];
  expect(moved?.results?.map((result) => result.partialFingerprints)).toEqual(run?.results?.map((result) => result.partialFingerprints));
  // Two of the same wording in one file are two.
  expect(new Set(run?.results?.map((result) => result.partialFingerprints?.['hocFinding/v1'])).size).toBe(4);
});

test('an exempted finding is there, suppressed, with its reason', () => {
  expect(toSarif(SAMPLE).runs[0]?.results?.at(-1)?.suppressions).toEqual([{ kind: 'external', status: 'accepted', justification: 'It goes soon. (until 2030-02-01)' }]);
});
