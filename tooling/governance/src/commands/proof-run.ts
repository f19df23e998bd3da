import { parseProofReport, type ProofReport } from '@hoc/guards/coverage/proof-report';
import type { ReportReader } from './command.ts';
import { counted } from './vitest-report.ts';

/** Reads a proof report (`hoc.proofs/1`) as the report of the run that made it. */
export const proofRun = (path: string): ReportReader => ({
  path,
  read(text) {
    const { tests } = parseProofReport(text);
    const named = (state: string): readonly string[] => tests.filter((test) => test.state === state).map(nameOfProofTest);
    return counted({ passed: named('passed'), failed: named('failed'), skipped: named('skipped') });
  },
});

/** How evidence names a test. */
export const nameOfProofTest = ({ file, name }: ProofReport['tests'][number]): string => `${file} > ${name}`;
