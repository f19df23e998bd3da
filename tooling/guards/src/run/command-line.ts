import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { faultLines, toTerminal } from '../report/terminal.ts';
import { CannotRunError } from './cannot-run.ts';
import { day } from './expected.ts';
import { loadConfig } from './load-config.ts';
import { runGuards } from './run-guards.ts';

interface Options {
  readonly config?: string;
  readonly only?: readonly string[];
  readonly json?: string;
  readonly cache: boolean;
  readonly today?: string;
}

const EXAMPLES = `
Examples:
  hoc-guard                                   all guards of guards.config.ts in this folder
  hoc-guard --only boundaries,hygiene         some of them
  hoc-guard --json report.json --sarif guards.sarif
  hoc-guard --mermaid layers.mmd --base main  a picture of the layers, and of what changed since main
  hoc-guard --today 2030-01-31                which exemptions will have expired by then

Exit code: 0 clean, 1 findings, 2 cannot run, or what ran cannot be trusted (a rule that looked at nothing).`;

/** Runs the command line. @returns the exit code: 0 clean, 1 findings, 2 cannot run */
export async function main(words: readonly string[]): Promise<0 | 1 | 2> {
  try {
    return await run(parse(words));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { message, remedy } = error instanceof CannotRunError
      ? error
      : { message: `hoc-guard itself has failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, remedy: 'This is a bug of hoc-guard: report it with what stands above. --no-cache may help meanwhile.' };
    console.error(faultLines({ message, remedy }).join('\n'));
    return 2;
  }
}

function parse(words: readonly string[]): Options {
  const list = (value: string): readonly string[] => value.split(',').map((name) => name.trim()).filter((name) => name !== '');
  return new Command('hoc-guard')
    .description('Holds the guards of guards.config.ts against the tree in this folder.')
    .option('--config <file>', 'the configuration; its folder is the root of all paths')
    .option('--only <guards>', 'run these guards alone: names, with commas between them', list)
    .option('--json <file>', 'write the report as JSON')
    .option('--no-cache', 'trust nothing that an earlier run has found out, and keep nothing')
    .option('--today <day>', 'judge exemptions as of that day (YYYY-MM-DD)')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .parse([...words], { from: 'user' })
    .opts<Options>();
}

async function run(options: Options): Promise<0 | 1 | 2> {
  const wrongDay = options.today === undefined ? undefined : day(options.today, '--today');
  if (wrongDay !== undefined) throw new CannotRunError(wrongDay, 'Write the day as YYYY-MM-DD.');
  const loaded = await loadConfig(process.cwd(), options.config);
  const { report } = await runGuards({
    ...loaded,
    ...(options.only === undefined ? {} : { only: options.only }),
    now: options.today === undefined ? new Date() : new Date(options.today),
    usesCache: options.cache,
  });
  if (options.json !== undefined) write(options.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(toTerminal(report, { hasColour: hasColour() }));
  return report.exitCode;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, text);
}

/** Colour on a terminal alone, and not where NO_COLOR asks for none (no-color.org). */
const hasColour = (): boolean => process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
