import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import picomatch from 'picomatch';
import { glob } from 'tinyglobby';
import type { Reporter, SerializedError, TestCase, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { digestSources } from './digest-sources.ts';
import { PROOF_FORMAT, proofsOf, type ProofReport, type ProofTest } from './proof-report.ts';
import type { ProofSet } from './proof-set.ts';

/**
 * A vitest reporter that keeps what the tests of the proof set have proven: what a test has put into its `task.meta.proofs`.
 * A run that was not whole (a file left out, a test skipped, names chosen, sources changed meanwhile) leaves no report, and takes
 * away the one before: half a run must never count as a whole one.
 */
export class ProofReporter implements Reporter {
  readonly #proofs: ProofSet;
  #vitest: Vitest | undefined;
  #startedAt = '';
  #sources: Promise<string | Error> = Promise.resolve('');

  constructor(proofs: ProofSet) {
    this.#proofs = proofs;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(): void {
    const vitest = this.#vitest;
    if (vitest === undefined) return;
    rmSync(join(vitest.config.root, this.#proofs.report), { force: true });
    this.#startedAt = new Date().toISOString();
    this.#sources = this.#digest(vitest.config.root);
  }

  async onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): Promise<void> {
    const vitest = this.#vitest;
    if (vitest === undefined) return;
    const { root, testNamePattern } = vitest.config;
    const isProof = picomatch([...this.#proofs.files]);
    const proving = modules.map((module) => ({ module, file: slashed(relative(root, module.moduleId)) })).filter(({ file }) => isProof(file));
    const tests = proving.flatMap(({ module, file }) => [...module.children.allTests()].map((test) => proofTestOf(file, test)));
    const [sources, now] = [await this.#sources, await this.#digest(root)];
    const fault = sources instanceof Error ? sources.message : whyPartial({
      existing: await glob([...this.#proofs.files], { cwd: root, ignore: ['**/node_modules/**'], expandDirectories: false }),
      ran: proving.filter(({ module }) => module.errors().length === 0).map(({ file }) => file),
      isInterrupted: reason === 'interrupted' || errors.length > 0,
      isChosen: testNamePattern !== undefined,
      isMoving: sources !== now,
      tests,
    });
    if (fault !== null || sources instanceof Error) {
      console.error(`no proof report is written: ${fault}`);
      return;
    }
    write(join(root, this.#proofs.report), { format: PROOF_FORMAT, sources, startedAt: this.#startedAt, endedAt: new Date().toISOString(), tests });
  }

  /** Sources that cannot be found are told with the rest of what keeps a report from being written, once the tests have said theirs. */
  #digest(root: string): Promise<string | Error> {
    return digestSources(root, this.#proofs).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  }
}

/** How a run went, as far as it matters for whether it was a whole one. */
export interface RunOfProofs {
  /** The files of the proof set. */
  readonly existing: readonly string[];
  /** Those that could be loaded and ran. */
  readonly ran: readonly string[];
  readonly isInterrupted: boolean;
  /** Only tests of certain names ran. */
  readonly isChosen: boolean;
  /** The sources at its end were not those at its beginning. */
  readonly isMoving: boolean;
  readonly tests: readonly ProofTest[];
}

/** Why a run proves nothing as a whole; null where it was one. A test that failed makes no run partial: it has proven nothing, and says so. */
export function whyPartial({ existing, ran, isInterrupted, isChosen, isMoving, tests }: RunOfProofs): string | null {
  if (isInterrupted) return 'the run was interrupted, or an error was nobody\'s';
  if (isChosen) return 'only tests of certain names ran';
  const left = existing.filter((file) => !ran.includes(file));
  if (left.length > 0) return `${left.join(', ')} did not run`;
  if (existing.length === 0) return 'there is no file that proves';
  const skipped = tests.find(({ state }) => state === 'skipped');
  if (skipped !== undefined) return `${skipped.file}: "${skipped.name}" was skipped`;
  return isMoving ? 'the sources changed while the proofs ran' : null;
}

function proofTestOf(file: string, test: TestCase): ProofTest {
  const { state } = test.result();
  // What a test leaves in its meta is its own; vitest knows nothing of it.
  const { proofs = [] } = test.meta() as { readonly proofs?: unknown };
  return { file, name: test.fullName, state: state === 'pending' ? 'skipped' : state, proofs: proofsOf(proofs, `${file}: "${test.fullName}": task.meta.proofs`) };
}

/** Written whole or not at all. */
function write(path: string, report: ProofReport): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(report, null, 1)}\n`);
  renameSync(`${path}.new`, path);
}

const slashed = (path: string): string => path.split(sep).join('/');
