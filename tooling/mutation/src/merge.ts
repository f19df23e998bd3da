import { differences } from './digests.ts';
import { GROUP_NAMES, type GroupName } from './groups.ts';
import type { Digests, GroupSummary, InvariantSummary, MutationSummary, PlantedSummary, Survivor } from './summary.ts';

/** What stands in the tree now: what a measurement must have been made on to count. */
export interface Present {
  readonly groups: Readonly<Record<GroupName, { readonly files: Digests; readonly tests: Digests }>>;
  readonly planted: Digests;
}

/** What a run measured; whatever it did not is absent. */
export interface Measured {
  readonly groups: readonly { readonly group: GroupSummary; readonly survivors: readonly Survivor[] }[];
  readonly planted?: { readonly about: PlantedSummary; readonly invariants: readonly InvariantSummary[] };
}

export type Merged =
  | { readonly ok: true; readonly summary: MutationSummary }
  /** Each: what is missing for a whole summary, and what to run. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * A whole summary of what was measured now and, for the rest, of what the last one says; but that only where it was measured on
 * the very files that stand in the tree. A summary is whole and true, or there is none.
 */
export function merge(last: MutationSummary | null, measured: Measured, present: Present, run: Pick<MutationSummary, 'startedAt' | 'endedAt' | 'tool'>): Merged {
  const problems: string[] = [];
  const groups: GroupSummary[] = [];
  const survivors: Survivor[] = [];
  for (const name of GROUP_NAMES) {
    const fresh = measured.groups.find(({ group }) => group.name === name);
    const group = fresh?.group ?? last?.groups.find((known) => known.name === name);
    if (group === undefined) {
      problems.push(`${name} was never measured. Run \`pnpm mutate --only ${name}\`.`);
      continue;
    }
    problems.push(...agedProblem(name, fresh !== undefined, [...differences(group.files, present.groups[name].files), ...differences(group.tests, present.groups[name].tests)]));
    groups.push(group);
    survivors.push(...(fresh?.survivors ?? (last?.survivors ?? []).filter(({ file }) => Object.hasOwn(group.files, file))));
  }
  const planted = measured.planted?.about ?? last?.planted ?? null;
  if (planted === null) problems.push('No faults were planted in the invariants yet. Run `pnpm mutate --only semantic`.');
  else problems.push(...agedProblem('semantic', measured.planted !== undefined, differences(planted.files, present.planted)));
  if (problems.length > 0) return { ok: false, problems };
  const invariants = measured.planted?.invariants ?? last?.invariants ?? [];
  return { ok: true, summary: { format: 'hoc.mutation/1', ...run, groups, planted, invariants, survivors } };
}

function agedProblem(name: string, isFresh: boolean, changed: readonly string[]): readonly string[] {
  if (changed.length === 0) return [];
  const files = changed.length > 3 ? `${changed.slice(0, 3).join(', ')} and ${changed.length - 3} more` : changed.join(', ');
  const when = isFresh ? 'while it was being measured' : 'since it was measured';
  return [`${name}: ${files} changed ${when}. Run \`pnpm mutate --only ${name}\`, or \`pnpm mutate\` for all.`];
}
