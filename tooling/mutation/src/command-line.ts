import { parseArgs } from 'node:util';
import type { GroupName } from './groups.ts';

/** What can be measured: the groups of mutated code, and the faults that are planted in each invariant. */
export type Part = GroupName | 'semantic';
export const PARTS: readonly Part[] = ['kernel', 'invariants', 'decisions', 'semantic'];

export type Asked = { readonly kind: 'RUN'; readonly parts: readonly Part[]; readonly isFull: boolean } | { readonly kind: 'HELP' } | { readonly kind: 'WRONG'; readonly problem: string };

/** How it is called. */
export const help = (): string => `Usage: pnpm mutate [--only <part>]... [--full]

Changes the code in small ways, one at a time, and asks whether a test notices. Writes docs/governance/mutation.{json,md}.

  --only <part>   ${PARTS.join(', ')}. What is left out is taken over from the last
                  summary, but only where no file of it has changed since.
  --full          Tries every mutant anew, and not only those whose code or tests have changed since the last run.
  --help          This text.

kernel, invariants and decisions are mutated by Stryker. semantic negates, weakens, deletes, softens and unanchors every
invariant of the catalogue, and wants a unit test and a runtime proof to fail.

Exit code: 0 when every score is reached, every survivor has its reason and every planted fault was noticed; 1 when not, and
when no whole summary could be written; 2 when it was called wrongly.`;

/** Reads the arguments after the program's name. */
export function parseCommandLine(args: readonly string[]): Asked {
  try {
    const { values } = parseArgs({
      args: [...args], strict: true, allowPositionals: false,
      options: { only: { type: 'string', multiple: true }, full: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    if (values.help) return { kind: 'HELP' };
    const only = values.only ?? [];
    const unknown = only.filter((part) => !PARTS.some((known) => known === part));
    if (unknown.length > 0) return { kind: 'WRONG', problem: `There is no part named ${unknown.join(', ')}. There are: ${PARTS.join(', ')}.` };
    return { kind: 'RUN', parts: PARTS.filter((part) => only.length === 0 || only.includes(part)), isFull: values.full };
  } catch (error) {
    return { kind: 'WRONG', problem: error instanceof Error ? error.message : String(error) };
  }
}
