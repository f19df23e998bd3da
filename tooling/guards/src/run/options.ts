import { resolve } from 'node:path';
import { Command } from 'commander';
import { CannotRunError } from './cannot-run.ts';
import { day } from './expected.ts';
import { ownVersion } from './own-version.ts';

/** What the command line asks for. */
export interface Options {
  readonly config?: string;
  readonly only?: readonly string[];
  readonly json?: string;
  readonly sarif?: string;
  readonly github?: true;
  readonly mermaid?: string;
  readonly base?: string;
  readonly selfTest?: true;
  readonly cache: boolean;
  readonly runProofs: boolean;
  readonly today?: string;
}

const EXAMPLES = `
Examples:
  hoc-guard                                    all guards of guards.config.ts in this folder
  hoc-guard --only boundaries,hygiene          some of them
  hoc-guard --json guards.json --sarif guards.sarif --github
  hoc-guard --mermaid layers.mmd --base main   a picture of the layers, and of what has changed since main
  hoc-guard --today 2030-01-31                 which exemptions will have expired by then
  hoc-guard --self-test                        try every rule on its planted violations and near misses, and nothing else

Exit code: 0 clean, 1 findings, 2 cannot run, or what ran cannot be trusted (a rule that looked at nothing).`;

/**
 * Reads the words of a command line.
 * @throws {CannotRunError} where they go against one another; commander's own error where it has said what is wrong, or the help
 */
export function parseOptions(words: readonly string[]): Options {
  const list = (value: string): readonly string[] => value.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const options = new Command('hoc-guard')
    .description('Holds the guards of guards.config.ts against the tree in its folder.')
    .version(ownVersion())
    .option('--config <file>', 'the configuration; its folder is the root of all paths (guards.config.ts, .mjs or .js)')
    .option('--only <guards>', 'run these guards alone: names, with commas between them', list)
    .option('--json <file>', 'write the report as JSON')
    .option('--sarif <file>', 'write the report as SARIF 2.1.0')
    .option('--github', 'print annotations for GitHub Actions as well')
    .option('--mermaid <file>', 'write a picture of the layers')
    .option('--base <commit>', 'draw what has changed since that commit, too')
    .option('--self-test', 'try the rules on what is planted for them, read anew, and do not look at the tree')
    .option('--no-cache', 'trust nothing that an earlier run has found out, and keep nothing')
    .option('--no-run-proofs', 'do not run the proofs where their report is missing or stale: make that a finding')
    .option('--today <day>', 'judge exemptions as of that day (YYYY-MM-DD)')
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
    .exitOverride()
    .parse([...words], { from: 'user' })
    .opts<Options>();
  const wrongDay = options.today === undefined ? undefined : day(options.today, '--today');
  if (wrongDay !== undefined) throw new CannotRunError(wrongDay, 'Write the day as YYYY-MM-DD.');
  const outputs = [options.json, options.sarif, options.mermaid].filter((path) => path !== undefined).map((path) => resolve(path));
  if (new Set(outputs).size < outputs.length) throw new CannotRunError('two reports are to be written to the same file', 'Give --json, --sarif and --mermaid a file each.');
  if (options.base !== undefined && options.mermaid === undefined) throw new CannotRunError('--base is for the picture, and none is asked for', 'Add --mermaid <file>.');
  return options;
}
