import { noCache, type FactsCache } from './facts-cache.ts';
import type { Finding } from './finding.ts';
import type { Guard } from './guard.ts';
import { memoryTree } from './source-tree.ts';
import { readWorkspace } from './read-workspace.ts';

/** Files of a small tree, by path. */
export type Tree = Readonly<Record<string, string>>;

/** A violation that a rule must report, in one of its disguises, and something close to it that must pass. */
export interface Plant<Scene = Tree> {
  readonly rule: string;
  /** How the violation hides. */
  readonly disguise: string;
  readonly violation: Scene;
  readonly nearMiss: Scene;
}

/** The plants of a guard, and how a scene of theirs is judged. */
export interface PlantBed<Scene = Tree> {
  readonly guard: string;
  readonly rules: readonly string[];
  readonly plants: readonly Plant<Scene>[];
  judge(scene: Scene): Promise<readonly Finding[]>;
}

/**
 * Shows that every rule still bites: each violation is reported under exactly its rule, each near miss passes, and no rule is
 * without a plant. Tools of this kind have passed for years having read nothing.
 * @returns one sentence per rule that cannot be trusted; none when all can
 */
export async function tryPlants<Scene>({ rules, plants, judge }: PlantBed<Scene>): Promise<readonly string[]> {
  const faults = rules.filter((rule) => !plants.some((plant) => plant.rule === rule)).map((rule) => `${rule} has no planted violation`);
  for (const { rule, disguise, violation, nearMiss } of plants) {
    const found = rulesOf(await judge(violation));
    if (found.join() !== rule) faults.push(`${rule}, ${disguise}: the planted violation is reported as ${found.join(', ') || 'nothing'}`);
    const missed = await judge(nearMiss);
    if (missed.length > 0) faults.push(`${rule}, ${disguise}: the near miss is refused by ${missed.map((finding) => `${finding.rule} (${finding.message})`).join(', ')}`);
  }
  return faults;
}

const rulesOf = (findings: readonly Finding[]): readonly string[] => [...new Set(findings.map(({ rule }) => rule))].sort();

/** Judges files in memory by one guard; what reading them finds comes with it. @param cache what that guard, and no other, has read before */
export async function judgeTree<Facts>(guard: Guard<Facts>, files: Tree, cache: FactsCache = noCache): Promise<readonly Finding[]> {
  const { workspace, facts, findings } = readWorkspace(memoryTree(files), [guard as Guard<never>], cache); // handed back to the same guard alone
  // The facts of this guard are those that this guard has collected.
  const judgement = await guard.judge({ workspace, facts: (path) => facts(guard.name, path) as Facts });
  return [...findings, ...judgement.findings];
}
