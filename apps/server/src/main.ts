import cluster from 'node:cluster';
import { parseArgs } from 'node:util';
import { boot } from './boot.ts';
import { runPrimary } from './cluster/primary.ts';
import { runWorker } from './cluster/worker.ts';
import { readConfig, VARIABLES } from './config.ts';
import { createLog } from './log.ts';
import type { Show } from './show.ts';
import { sentenceOf, StartupProblem } from './startup-problem.ts';

const HELP = `HOC, the API-key control plane whose rules cannot be bypassed.

Usage: pnpm start            serve on an embedded database in ./.hoc
       pnpm start --help     this page

Variables (default):
${Object.entries(VARIABLES).map(([name, meaning]) => `  ${name.padEnd(24)} ${meaning}`).join('\n')}

Ctrl-C stops the server once it has answered what was asked.
`;

const SHOW: Show = {
  operatorToken: (token, path) => {
    process.stdout.write(`\nThe first operator token, shown this once and kept in ${path}:\n\n    ${token}\n\n`);
  },
  mail: (text) => {
    process.stdout.write(text);
  },
};

/** What a server is told to stop with. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Serves until it is told to stop. Answers the exit code of a start that did not succeed, or null. */
async function main(): Promise<number | null> {
  const { help } = arguments_();
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const configured = readConfig(process.env, process.cwd());
  if (!configured.ok) throw new StartupProblem(configured.problem);
  const log = createLog(configured.config.logLevel, configured.config);
  if (cluster.isWorker) {
    runWorker(configured.config, log, SHOW);
    return null;
  }
  const server = await (configured.config.workers === 1 ? boot : runPrimary)(configured.config, log, SHOW);
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'stopping');
    // A second signal, whichever it is, or ten seconds, end what does not end by itself.
    for (const again of SIGNALS) process.off(again, stop).once(again, () => process.exit(130));
    setTimeout(() => process.exit(1), 10_000).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  // Last: whoever reads this may send a signal at once.
  log.info({ url: server.url, docs: `${server.url}/docs` }, `HOC serves at ${server.url}`);
  return null;
}

function arguments_(): { readonly help: boolean } {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } });
    return values;
  } catch (error) {
    throw new StartupProblem(`${error instanceof Error ? error.message : String(error)} See --help.`);
  }
}

// Whatever HOC writes is for its own user alone, the files of the embedded database included.
process.umask(0o077);
try {
  const code = await main();
  if (code !== null) process.exitCode = code;
} catch (error) {
  const said = sentenceOf(error);
  // Not merely an exit code: what a failed start has left open must not keep the process.
  process.stderr.write(`HOC cannot start: ${said}\n`, () => process.exit(1));
}
