/** The ways in which a runtime proof shows that an invariant holds. */
export const PROOF_KINDS = ['deny', 'pass', 'MONITOR', 'ENFORCE', 'STRICT', 'race'] as const;

/** One of the ways: `race` is the guarded write against the write that breaks its fact. */
export type ProofKind = (typeof PROOF_KINDS)[number];

/** One thing that a test has observed, after its assertions passed. */
export interface Proof {
  /** The invariant's id. */
  readonly invariant: string;
  readonly kind: ProofKind;
}

/** One test of the proof set, and what it has proven. Only what a passed test has proven counts. */
export interface ProofTest {
  /** From the root, with forward slashes. */
  readonly file: string;
  /** `describe > test`. */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly proofs: readonly Proof[];
}

/** The version of the format. */
export const PROOF_FORMAT = 'hoc.proofs/1';

/** What one whole run of the proofs has shown, and on which sources. */
export interface ProofReport {
  readonly format: typeof PROOF_FORMAT;
  /** The digest of every file that the proofs depend on, as `digestSources` makes it. Another digest: the report is stale. */
  readonly sources: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly endedAt: string;
  readonly tests: readonly ProofTest[];
}

/** A text that is no proof report. */
export class ProofReportError extends Error {
  override readonly name = 'ProofReportError';
}

/** Reads a proof report. @throws {ProofReportError} that says what is wrong with it */
export function parseProofReport(text: string): ProofReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProofReportError('it is not JSON');
  }
  const { format, sources, startedAt, endedAt, tests } = record(value, 'it');
  if (format !== PROOF_FORMAT) throw new ProofReportError(`its format is ${JSON.stringify(format)}, not '${PROOF_FORMAT}'`);
  return {
    format, sources: string(sources, 'sources'), startedAt: instant(startedAt, 'startedAt'), endedAt: instant(endedAt, 'endedAt'),
    tests: list(tests, 'tests').map(testOf),
  };
}

/** What passed tests have proven: the kinds of each invariant. */
export function provenBy({ tests }: ProofReport): ReadonlyMap<string, ReadonlySet<ProofKind>> {
  const proven = new Map<string, Set<ProofKind>>();
  for (const { invariant, kind } of tests.flatMap(({ state, proofs }) => (state === 'passed' ? proofs : []))) {
    proven.set(invariant, (proven.get(invariant) ?? new Set()).add(kind));
  }
  return proven;
}

function testOf(value: unknown, index: number): ProofTest {
  const at = `tests[${index}]`;
  const { file, name, state, proofs } = record(value, at);
  if (state !== 'passed' && state !== 'failed' && state !== 'skipped') throw new ProofReportError(`${at}.state is ${JSON.stringify(state)}`);
  return { file: string(file, `${at}.file`), name: string(name, `${at}.name`), state, proofs: proofsOf(proofs, `${at}.proofs`) };
}

/** Reads a list of proofs. @param at what it is called in messages @throws {ProofReportError} where it is none */
export function proofsOf(value: unknown, at: string): readonly Proof[] {
  return list(value, at).map((entry, index) => {
    const { invariant, kind } = record(entry, `${at}[${index}]`);
    if (!isProofKind(kind)) throw new ProofReportError(`${at}[${index}].kind is ${JSON.stringify(kind)}, not one of ${PROOF_KINDS.join(', ')}`);
    return { invariant: string(invariant, `${at}[${index}].invariant`), kind };
  });
}

const isProofKind = (value: unknown): value is ProofKind => PROOF_KINDS.some((kind) => kind === value);

function record(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ProofReportError(`${at} is no object`);
  return value as Readonly<Record<string, unknown>>; // what an object that is no array is
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ProofReportError(`${at} is no list`);
  return value;
}

function string(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw new ProofReportError(`${at} is no text`);
  return value;
}

function instant(value: unknown, at: string): string {
  const text = string(value, at);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)) throw new ProofReportError(`${at} is no time in UTC`);
  return text;
}
