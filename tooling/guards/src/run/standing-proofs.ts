import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { proofStanding, type ProofStanding } from '../coverage/proof-standing.ts';
import type { ProofSet } from '../coverage/proof-set.ts';

/**
 * How the proof report of a tree stands, after the proofs were run where it is missing or stale. They say so themselves, and what they
 * print stands above the guards' report.
 * @param runsProofs otherwise a report that is missing or stale is left so, for the guard to find
 */
export async function standingProofs(root: string, proofs: ProofSet, runsProofs: boolean): Promise<ProofStanding> {
  const standing = await proofStanding(root, proofs);
  if (standing.state === 'fresh' || !runsProofs) return standing;
  const [program, ...words] = proofs.command;
  console.error(`hoc-guard: the proof report ${proofs.report} is ${standing.state}, so the proofs are run: ${proofs.command.join(' ')} (--no-run-proofs leaves them out)`);
  // What comes of it is in the report. On Windows a package manager is a script, which needs a shell.
  const { status, error } = spawnSync(program, words, { cwd: root, env: { ...process.env, PATH: withOwnNode() }, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  if (status !== 0) console.error(`hoc-guard: the proofs ended with ${error === undefined ? `exit code ${String(status)}` : error.message}`);
  return proofStanding(root, proofs);
}

/** Where programs are looked for: `node` is the one that runs the guards. */
const withOwnNode = (): string => [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
