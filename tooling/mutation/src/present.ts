import { digestsOf, filesOf } from './digests.ts';
import { GROUPS, type GroupName } from './groups.ts';
import type { Present } from './merge.ts';
import { mutatedIn } from './mutated.ts';

/** What faults are planted in, and the tests that are there to notice. */
const PLANTED: readonly string[] = [
  'packages/l4-spine/src/domains/**/invariants.ts',
  'packages/l4-spine/src/catalogue.ts',
  'packages/l4-spine/src/catalogue.test.ts',
  'packages/l4-spine/src/domains/**/*.test.ts',
  'packages/l4-spine/test/t5/*.ts',
];

/** What stands in the tree now. */
export function presentIn(root: string): Present {
  const groups = Object.fromEntries(
    GROUPS.map((group) => [group.name, { files: digestsOf(root, mutatedIn(root, group)), tests: digestsOf(root, filesOf(root, group.tests)) }]),
    // Every group is in the list, under its own name.
  ) as Record<GroupName, Present['groups'][GroupName]>;
  return { groups, planted: digestsOf(root, filesOf(root, PLANTED)) };
}
