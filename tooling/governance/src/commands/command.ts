/** One command of a close, and how to read what it found. */
export interface Command {
  /** Unique: commands of this name run once, however many domains ask for them. */
  readonly name: string;
  /** Program and arguments; no shell. `node` is the Node that runs this tool. */
  readonly argv: readonly [program: string, ...args: string[]];
  /** It is ended, with all that it started, when it has not ended by itself by then; that is a failure. Default: {@link DEFAULT_TIMEOUT_MS}. */
  readonly timeoutMs?: number;
  readonly report: ReportReader;
}

/** Half an hour: no suite takes that long, and one that hangs must not hold whoever waits for it. */
export const DEFAULT_TIMEOUT_MS = 1_800_000;

/** Reads the report that a command writes. Counts come from nowhere else: never from what it prints. */
export interface ReportReader {
  /** Where the command writes it, from the root. It is removed before the command runs. */
  readonly path: string;
  /** @throws where the text is not such a report */
  read(text: string, root: string): ReportedRun;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface ReportedRun {
  readonly counts: Counts;
  readonly tests: TestNames;
}

/** Names as `file > describe > test`; empty for commands that run no tests. */
export interface TestNames {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

/** The file of a test, by the test's name. */
export const fileOf = (name: string): string => name.split(' > ', 1)[0] ?? name;

export const NO_TESTS: TestNames = { passed: [], failed: [], skipped: [] };

/** What the evidence records of a command. */
export interface CommandRecord {
  readonly name: string;
  readonly argv: readonly string[];
  /** 128 and more: ended by a signal, as shells say it. */
  readonly exitCode: number;
  /** Null: it wrote no report that can be read. */
  readonly counts: Counts | null;
  /** The files whose tests it counts, sorted; empty for commands that run no tests. */
  readonly testFiles: readonly string[];
  /** SHA-256 (hex) of what it wrote to its two outputs, in the order in which it came. */
  readonly outputSha256: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Why a command is not green; null where it is. */
export function faultOf({ name, exitCode, counts }: Pick<CommandRecord, 'name' | 'exitCode' | 'counts'>): string | null {
  if (exitCode !== 0) return `${name} ended with exit code ${exitCode}`;
  if (counts === null) return `${name} wrote no report that can be read`;
  if (counts.failed > 0) return `${name}: ${counts.failed} failed`;
  return counts.passed === 0 ? `${name}: nothing passed` : null;
}
