import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wordsOf } from '../refusal.ts';
import { type Command, type CommandRecord, DEFAULT_TIMEOUT_MS, faultOf, fileOf, NO_TESTS, type ReportedRun, type TestNames } from './command.ts';

export interface CommandSurroundings {
  readonly root: string;
  /** Where the outputs are kept, for people to read. */
  readonly logFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  readonly say: (line: string) => void;
}

export interface CommandRun {
  readonly record: CommandRecord;
  readonly tests: TestNames;
}

/** Says that a command is still running, this often. */
const TELL_EVERY_MS = 15_000;

/** Runs one command, to its end, and reads its report. Never rejects for what the command does. */
export async function runCommand(command: Command, surroundings: CommandSurroundings): Promise<CommandRun> {
  const { root, logFolder, now, say } = surroundings;
  const log = join(logFolder, `${command.name.replaceAll(/[^\w.-]+/g, '-')}.log`);
  mkdirSync(logFolder, { recursive: true });
  // A report that an earlier run left says nothing about this one.
  rmSync(join(root, command.report.path), { force: true });
  say(`▸ ${command.name}: ${command.argv.join(' ')}`);
  const startedAt = now();
  const exitCode = await exitOf(command, log, surroundings);
  const endedAt = now();
  const { run, fault } = reported(command, root);
  const record: CommandRecord = {
    name: command.name, argv: command.argv, exitCode, counts: run?.counts ?? null,
    testFiles: [...new Set(Object.values(run?.tests ?? NO_TESTS).flat().map(fileOf))].toSorted(),
    outputSha256: createHash('sha256').update(readFileSync(log)).digest('hex'),
    startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString(),
  };
  const broken = faultOf(record);
  const took = `${Math.round((endedAt.getTime() - startedAt.getTime()) / 1000)} s`;
  const { counts } = record;
  say(broken === null && counts !== null
    ? `✓ ${command.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${took}`
    : `✗ ${broken}${fault === null ? '' : ` (${fault})`}, ${took}; its output: ${log}`);
  return { record, tests: run?.tests ?? NO_TESTS };
}

/** What runs each command, in a process group that ends with this process. */
const SUPERVISOR = fileURLToPath(new URL(`../../bin/supervise.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));
/** As `timeout` of GNU's coreutils says it. */
const TIMED_OUT = 124;

/** Both outputs go to one file, through one descriptor, so that their order is kept. */
async function exitOf({ name, argv: [program, ...args], timeoutMs = DEFAULT_TIMEOUT_MS }: Command, log: string, { root, env, say }: CommandSurroundings): Promise<number> {
  const output = openSync(log, 'w');
  const started = performance.now();
  const teller = setInterval(() => say(`  … ${name}, ${Math.round((performance.now() - started) / 1000)} s`), TELL_EVERY_MS);
  const command = [SUPERVISOR, program === 'node' ? process.execPath : program, ...args];
  const group = spawn(process.execPath, command, { cwd: root, env, stdio: ['pipe', output, output], windowsHide: true, detached: true });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    say(`✗ ${name} has not ended after ${Math.round(timeoutMs / 1000)} s, and was ended`);
    endGroup(group);
  }, timeoutMs);
  try {
    return await new Promise<number>((resolve) => {
      group.once('error', () => resolve(127));
      group.once('exit', (code, signal) => resolve(isLate ? TIMED_OUT : (code ?? 128 + (signal === null ? 0 : constants.signals[signal]))));
    });
  } finally {
    clearInterval(teller);
    clearTimeout(limit);
    // What it has left behind must not write once its report was read.
    endGroup(group);
    closeSync(output);
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nobody is left of it.
  }
}

function reported({ report }: Command, root: string): { readonly run: ReportedRun | null; readonly fault: string | null } {
  try {
    return { run: report.read(readFileSync(join(root, report.path), 'utf8'), root), fault: null };
  } catch (error) {
    return { run: null, fault: `${report.path}: ${wordsOf(error)}` };
  }
}
