import { coalescedTruth } from './coalesced-truth.ts';
import { helpOf, readSaid, UsageError, type Command } from './command.ts';
import { dispatchOverhead } from './dispatch-overhead.ts';
import { exactVerify } from './exact-verify.ts';
import { faults } from './faults.ts';
import { governedCreate } from './governed-create.ts';
import { guards } from './guards.ts';
import { httpVerify } from './http-verify.ts';
import { VoidRun } from './load/driver.ts';
import { load } from './load/load.ts';
import { memory } from './memory.ts';
import { meteredVerify } from './metered-verify.ts';
import { printed } from './report.ts';
import { revocation } from './revocation.ts';
import { scale } from './scale.ts';

/** Every benchmark there is, by the name that the command line takes. */
const COMMANDS: Readonly<Record<string, Command>> = {
  'dispatch-overhead': { summary: 'What the kernel adds to an operation, beyond its parsing and its work.', run: dispatchOverhead },
  'governed-create': governedCreate,
  'coalesced-truth': { summary: 'The coalesced truth about keys, against a plain prepared select.', run: coalescedTruth },
  'exact-verify': { summary: 'A verification in process, registry and all, against a plain prepared select.', run: exactVerify },
  load,
  'http-verify': httpVerify,
  'metered-verify': meteredVerify,
  scale,
  revocation,
  faults,
  memory,
  guards: { summary: 'The guards as whole processes, cold and warm, against dependency-cruiser alone.', run: guards },
};

/** An answer was wrong: what was measured counts for nothing. */
const VOID = 3;
const USAGE = 2;

const HELP = `Benchmarks, printed as ratios. How to read them: tooling/bench/README.md

  pnpm bench                    all of them, one after the other, with what is standard
  pnpm bench NAME [options]     one of them
  pnpm bench NAME --help        what it does, and its options

${Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(18)} ${summary}`).join('\n')}

Exit codes: 0 measured, ${USAGE} asked for what there is not, ${VOID} an answer was wrong and the run is void, 1 anything else.`;

/** @returns the exit code */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h') {
    console.log(HELP);
    return 0;
  }
  const asked = Object.entries(COMMANDS).filter(([known]) => name === undefined || known === name);
  if (asked.length === 0) throw new UsageError(`There is no benchmark named ${String(name)}. There are: ${Object.keys(COMMANDS).join(', ')}.`);
  for (const [known, command] of asked) {
    if (args.includes('--help') || args.includes('-h')) console.log(helpOf(known, command));
    else console.log(`${printed(await command.run(readSaid(command, args)))}\n`);
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof VoidRun)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof VoidRun ? VOID : USAGE;
}
