import type { Row } from './rows.ts';

/** tracker.md, byte for byte, out of its rows and its log. */
export const trackerText = (rows: readonly Row[], log: readonly string[]): string => `# The domain tracker

Written by the governance tool: the rows say what the newest evidence of each domain says, the log is only ever appended to. A row or a line that was
written by hand is found and refused. How to read and check it: [README.md](README.md).

| domain | invariants | t5 tests | status | date (UTC) | evidence |
|---|---|---|---|---|---|
${rows.map(rowText).join('\n')}

## Log

Each line ends with the SHA-256 of the line before it.

${OPEN}
${log.map((line) => `${line}\n`).join('')}${CLOSE}
`;

/** The log's lines; null where the document has no log, or more than one. */
export function logOf(tracker: string): readonly string[] | null {
  const lines = tracker.split('\n');
  const open = lines.indexOf(OPEN);
  const close = lines.indexOf(CLOSE, open + 1);
  if (open === -1 || close === -1 || lines.includes(OPEN, open + 1)) return null;
  return lines.slice(open + 1, close);
}

const OPEN = '```log';
const CLOSE = '```';

const rowText = ({ domain, invariants, tests, status, date, evidence }: Row): string =>
  `| ${[domain, invariants.join(', '), tests, status, date, evidence === null ? '–' : `[${evidence.split('/').at(-1)}](${evidence})`].join(' | ')} |`;
