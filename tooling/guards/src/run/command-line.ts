import { CommanderError } from 'commander';
import { drawPicture } from '../picture/picture.ts';
import { toGitHub } from '../report/github.ts';
import { toJson } from '../report/json.ts';
import { toSarif } from '../report/sarif.ts';
import { faultLines, toTerminal } from '../report/terminal.ts';
import { faultOf } from './cannot-run.ts';
import { failedReport } from './failed-report.ts';
import type { Fault, GuardReport } from './guard-report.ts';
import { loadConfig } from './load-config.ts';
import { parseOptions, type Options } from './options.ts';
import { runGuards } from './run-guards.ts';
import { selfTest } from './self-test.ts';
import { writeReport } from './write-report.ts';

/** Runs the command line in the folder where it was called. @returns the exit code: 0 clean, 1 findings, 2 cannot run */
export async function main(words: readonly string[]): Promise<0 | 1 | 2> {
  try {
    const options = parseOptions(words);
    if (options.selfTest === true) return await selfTest(await loadConfig(process.cwd(), options.config), options.only);
    const report = await reportOf(options);
    if (options.json !== undefined) writeReport('--json', options.json, toJson(report));
    if (options.sarif !== undefined) writeReport('--sarif', options.sarif, `${JSON.stringify(toSarif(report), null, 2)}\n`);
    console.log(toTerminal(report, { hasColour: hasColour() }));
    if (options.github === true) process.stdout.write(toGitHub(report));
    return report.exitCode;
  } catch (error) {
    // The help, or what commander has already said is wrong with the words.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const fault = faultOf(error) ?? {
      message: `hoc-guard itself has failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      remedy: 'This is a fault of hoc-guard: report it, with what stands above. --no-cache may help meanwhile.',
    };
    console.error(faultLines(fault).join('\n'));
    return 2;
  }
}

/** Runs the guards, and draws the picture where one is asked for. What keeps either from coming about is a fault of the report. */
async function reportOf(options: Options): Promise<GuardReport> {
  const at = new Date();
  try {
    const loaded = await loadConfig(process.cwd(), options.config);
    const { report, workspace, facts } = await runGuards({
      ...loaded,
      ...(options.only === undefined ? {} : { only: options.only }),
      now: options.today === undefined ? at : new Date(options.today),
      usesCache: options.cache,
      runsProofs: options.runProofs,
    });
    if (options.mermaid === undefined) return report;
    const { layers, files } = loaded.config;
    const base = options.base === undefined ? {} : { base: options.base };
    try {
      writeReport('--mermaid', options.mermaid, await drawPicture({ workspace, facts, layers, files, findings: report.findings, ...base }));
      return report;
    } catch (error) {
      return { ...report, faults: [...report.faults, toldFault(error)], exitCode: 2 };
    }
  } catch (error) {
    return failedReport(options.config ?? 'guards.config', at, toldFault(error));
  }
}

/** @throws the error itself, where it was not made for people */
function toldFault(error: unknown): Fault {
  const fault = faultOf(error);
  if (fault === undefined) throw error;
  return fault;
}

/** Colour on a terminal alone, and not where NO_COLOR asks for none (no-color.org). */
const hasColour = (): boolean => process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
