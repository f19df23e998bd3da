import { Command } from 'commander';
import { close } from '../close/close.ts';
import { newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { loadConfig } from '../load-config.ts';
import { plan } from '../plan/plan.ts';
import { placeOf, type Surroundings, surroundingsOf } from '../surroundings.ts';
import { rowsOf } from '../tracker/rows.ts';
import type { Findings } from '../verify/finding.ts';
import { mend } from '../verify/mend.ts';
import { verifyCheaply } from '../verify/verify-cheaply.ts';
import { verifyWholly } from '../verify/verify-wholly.ts';

const EXIT_CODES = `
Exit codes:
  0  done; nothing found
  1  the answer is no: a domain is not DONE (nor SKIPPED), verify found something, the tree is dirty
  2  the question cannot be asked: usage, configuration, no git repository

The configuration is governance.config.ts, here or in a folder above. Evidence is signed where the environment variable
GOVERNANCE_KEY_FILE (another, if the configuration says so) names the PEM file of an Ed25519 private key.`;

/** The command line. Sets the exit code through `exit`; results go to the standard output, progress to the other one. */
export function program(folder: string, exit: (code: number) => void): Command {
  const root = new Command('hoc-governance')
    .description('Closes a domain by proof: generated evidence, a tracker that is recomputed from it, and plans from the live registry.')
    .option('-c, --config <file>', 'the configuration (default: the nearest governance.config.ts)')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  const surroundings = async (): Promise<Surroundings> => {
    const { config } = root.opts<{ readonly config?: string }>();
    const loaded = await loadConfig(folder, config);
    return surroundingsOf(loaded.config, loaded.root);
  };
  root
    .command('close')
    .argument('<domain...>', 'the domains to close; commands that they share run once')
    .description('runs what must be green, asks the live registry what must hold, and writes evidence, row and log line')
    .action(async (names: readonly string[]) => {
      const closed = await close(names, await surroundings());
      for (const { domain, status, why, evidence } of closed) console.log([`${domain}: ${status}, ${evidence}`, ...why.map((reason) => `  - ${reason}`)].join('\n'));
      if (!closed.every(({ status }) => status === 'DONE' || status === 'SKIPPED')) exit(1);
    });
  root
    .command('verify')
    .option('--cheap', 'run nothing again; hold the newest evidence against the proof report that the suites have just written')
    .description('recomputes the tracker from the evidence, checks chain, commits, history and signatures, and runs the newest evidence\'s commands again')
    .action(async ({ cheap = false }: { readonly cheap?: boolean }) => {
      if (!tell(await (cheap ? verifyCheaply : verifyWholly)(await surroundings()))) exit(1);
    });
  root
    .command('plan')
    .argument('<domain>')
    .description('writes the plan for the domain\'s next iteration, from the live registry')
    .action(async (name: string) => console.log(await plan(name, await surroundings())));
  root
    .command('status')
    .description('shows the tracker')
    .action(async () => console.log(tableOf(await surroundings())));
  root
    .command('mend')
    .description('removes what a close that was killed has left, and writes the tracker\'s rows anew from the evidence; never touches the log')
    .action(async () => {
      const did = await mend(await surroundings());
      console.log(did.length === 0 ? 'Nothing to mend.' : did.join('\n'));
    });
  return root;
}

function tell({ failures, notices }: Findings): boolean {
  for (const notice of notices) console.log(`• ${notice}`);
  for (const { what, remedy } of failures) console.error(`✗ ${what}\n  → ${remedy}`);
  console.log(failures.length === 0 ? 'governance: the tracker is what the evidence says' : `governance: ${failures.length} faults`);
  return failures.length === 0;
}

function tableOf(surroundings: Surroundings): string {
  const rows = rowsOf(surroundings.config.domains, newestOf(readEvidence(placeOf(surroundings))));
  const cells = [['domain', 'status', 't5 tests', 'date (UTC)', 'invariants'], ...rows.map(({ domain, status, tests, date, invariants }) => [domain, status, tests, date, `${invariants.length}`])];
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells.map((row) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ').trimEnd()).join('\n');
}
