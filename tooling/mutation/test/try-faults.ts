import type { Fault } from '../src/semantic/fault.ts';
import { openCourt } from '../src/semantic/trial.ts';

/** Plants the faults of the first argument, one after the other, and prints how the unit tests took each. */
// The test beside this file writes the argument.
const faults = JSON.parse(process.argv[2] ?? '[]') as readonly Fault[];
const court = await openCourt(process.cwd(), 'tooling/mutation/src/semantic/unit.vitest.config.ts', false);
const outcomes = [];
for (const fault of faults) {
  const { failed, passed } = await court.tries(fault);
  outcomes.push({ failed, passed: passed.length });
}
await court.close();
console.log(JSON.stringify(outcomes));
// Tests failed, as they should; this program did not.
process.exitCode = 0;
