import { resolve } from 'node:path';
import { help, parseCommandLine, type Part } from './command-line.ts';
import { lastSummary, reasonsIn, strykerVersion, writeSummary } from './files.ts';
import { GROUPS, type Group } from './groups.ts';
import { merge, type Measured, type Present } from './merge.ts';
import type { Mutant } from './mutant.ts';
import { presentIn } from './present.ts';
import { explain, type Reason } from './reasons.ts';
import { scoresByFile, tallyOf } from './score.ts';
import { plantAll } from './semantic/plant-all.ts';
import { runGroup } from './stryker/run-group.ts';
import type { GroupSummary, Survivor } from './summary.ts';
import { problemsOf } from './verdict.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const now = (): string => new Date().toISOString();

const asked = parseCommandLine(process.argv.slice(2));
if (asked.kind === 'HELP') console.log(help());
else if (asked.kind === 'WRONG') {
  console.error(`${asked.problem}\n\n${help()}`);
  process.exitCode = 2;
} else {
  // Stryker copies the tree that it is started in.
  process.chdir(ROOT);
  const problems = await run(asked.parts, asked.isFull);
  for (const problem of problems) console.error(`- ${problem}`);
  console.log(problems.length === 0 ? 'Every mutant is accounted for.' : `${problems.length} to mend.`);
  // At once: a package that the runtime proofs load ends the process with code 0 once it is idle, whatever `process.exitCode` says.
  process.exit(problems.length === 0 ? 0 : 1);
}

/** Measures what was asked for, and writes the summary where it is whole. Answers what is wrong. */
async function run(parts: readonly Part[], isFull: boolean): Promise<readonly string[]> {
  const startedAt = now();
  const reasons = reasonsIn(ROOT);
  const groups = GROUPS.filter(({ name }) => parts.includes(name));
  const measured: { group: GroupSummary; survivors: readonly Survivor[] }[] = [];
  const stale: Reason[] = [];
  for (const [index, group] of groups.entries()) {
    console.log(`\n${group.name}, part ${index + 1} of ${parts.length}`);
    // What is measured is the tree as it stands now; whatever changes until the end is found when all is put together.
    const before = presentIn(ROOT);
    const mutants = await runGroup(ROOT, group, isFull);
    const explained = explain(mutants, reasons, new Set(Object.keys(before.groups[group.name].files)));
    measured.push({ group: summaryOf(group, mutants, before), survivors: explained.survivors });
    stale.push(...explained.stale);
  }
  const problems = [...problemsOf(measured.map(({ group }) => group), measured.flatMap(({ survivors }) => survivors), stale)];
  let planted: Measured['planted'];
  if (parts.includes('semantic')) {
    console.log(`\nsemantic, part ${parts.length} of ${parts.length}`);
    const before = presentIn(ROOT);
    const result = await plantAll(ROOT, (line) => console.log(line));
    // What nobody noticed has no place in a summary of what was noticed.
    if (!result.ok) return [...problems, ...result.problems];
    planted = { about: { measuredAt: now(), files: before.planted }, invariants: result.invariants };
  }
  for (const { group } of measured) console.log(`${group.name}: ${group.score} %, ${group.survived + group.noCoverage} not noticed`);
  const merged = merge(lastSummary(ROOT), { groups: measured, ...(planted === undefined ? {} : { planted }) }, presentIn(ROOT), {
    startedAt, endedAt: now(), tool: { name: 'stryker', version: strykerVersion() },
  });
  if (!merged.ok) return [...problems, ...merged.problems.map((problem) => `No summary was written. ${problem}`)];
  writeSummary(ROOT, merged.summary);
  return problems;
}

function summaryOf({ name, threshold }: Group, mutants: readonly Mutant[], present: Present): GroupSummary {
  const tally = tallyOf(mutants);
  if (tally === null) throw new Error(`${name} has no mutant that could be noticed`);
  return { name, threshold, ...tally, measuredAt: now(), ...present.groups[name], scores: scoresByFile(mutants) };
}
