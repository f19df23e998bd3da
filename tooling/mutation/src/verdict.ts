import type { Reason } from './reasons.ts';
import type { GroupSummary, Survivor } from './summary.ts';

/** What a run found wrong, each a sentence that says what to do. Empty when all is well. */
export function problemsOf(
  groups: readonly Pick<GroupSummary, 'name' | 'threshold' | 'score'>[],
  survivors: readonly Survivor[],
  stale: readonly Reason[],
): readonly string[] {
  return [
    ...groups
      .filter(({ threshold, score }) => threshold !== null && score < threshold)
      .map(({ name, threshold, score }) => `${name} scores ${score} %, and must reach ${threshold} %: add tests that notice its survivors.`),
    ...survivors
      .filter(({ reason }) => reason === null)
      .map(({ file, line, mutator, replacement }) => `${file}:${line} survived as ${shown(replacement)} (${mutator}): add a test that notices, or its reason in tooling/mutation/reasons.json.`),
    ...stale.map(({ file, mutator, original }) => `tooling/mutation/reasons.json: no survivor needs the reason for ${shown(original)} (${mutator}) in ${file} any more. Remove it.`),
  ];
}

/** A piece of code on one line. */
export const shown = (code: string): string => {
  const line = code.replaceAll(/\s+/g, ' ').trim();
  return `\`${line.length > 100 ? `${line.slice(0, 99)}…` : line}\``;
};
