import { coalescedTruth } from './coalesced-truth.ts';
import { dispatchOverhead } from './dispatch-overhead.ts';
import { exactVerify } from './exact-verify.ts';
import { governedCreate } from './governed-create.ts';
import { guards } from './guards.ts';
import { printed, type Report } from './report.ts';

/** Every benchmark there is, by the name that the command line takes. */
const BENCHES: Readonly<Record<string, () => Promise<Report>>> = {
  'dispatch-overhead': dispatchOverhead,
  'governed-create': governedCreate,
  'coalesced-truth': coalescedTruth,
  'exact-verify': exactVerify,
  guards,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark named ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`${printed(await bench())}\n`);
}
