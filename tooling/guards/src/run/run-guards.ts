import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CruiseThread } from '../boundaries/cruise-thread.ts';
import { configDigest } from '../cache/config-digest.ts';
import { digestOf } from '../cache/digest.ts';
import { FactsFile } from '../cache/facts-file.ts';
import { noResults, resultFiles } from '../cache/result-files.ts';
import { toolDigest } from '../cache/tool-digest.ts';
import { TreeDigests } from '../cache/tree-digests.ts';
import { noCache, type FactsCache } from '../core/facts-cache.ts';
import { byPlace } from '../core/finding.ts';
import type { AnyGuard, Judgement } from '../core/guard.ts';
import { diskTree } from '../core/source-tree.ts';
import { readWorkspace, READING, type ReadWorkspace } from '../core/read-workspace.ts';
import type { Workspace } from '../core/workspace.ts';
import { applyExemptions } from '../exemptions/apply-exemptions.ts';
import { exemptionPlaces } from '../exemptions/exemption-places.ts';
import { EXEMPTIONS } from '../exemptions/exemption-rules.ts';
import { CannotRunError, faultOf } from './cannot-run.ts';
import { chosenOf } from './chosen-guards.ts';
import { deadGlobs } from './dead-globs.ts';
import { REPORT_FORMAT, type Fault, type GuardReport, type ReportedGuard } from './guard-report.ts';
import { planGuards } from './guard-plan.ts';
import type { LoadedConfig } from './load-config.ts';
import { ownVersion } from './own-version.ts';
import { ownTrials } from './own-trials.ts';
import type { PlannedGuard, PlantTrial } from './planned-guard.ts';

/** Where answers of earlier runs are kept, from the root. */
export const CACHE_FOLDER = 'node_modules/.cache/hoc-guards';

/** A run that is asked for. */
export interface RunRequest extends LoadedConfig {
  /** The guards that run; all that are configured where it is not given. */
  readonly only?: readonly string[];
  /** The day on which exemptions are judged. */
  readonly now: Date;
  readonly usesCache: boolean;
  /** Whether the proofs are run where their report is missing or stale; that is a finding otherwise. */
  readonly runsProofs: boolean;
}

/** What came of it. */
export interface RunOutcome {
  readonly report: GuardReport;
  readonly workspace: Workspace;
  /** What was read of files, by their content. */
  readonly facts: FactsCache;
}

/** Reads a tree once and holds the guards against it. @throws {CannotRunError} where nothing can be held against anything */
export async function runGuards(request: RunRequest): Promise<RunOutcome> {
  const { root, path, config, only, now, usesCache } = request;
  const startedAt = new Date();
  const tool = toolDigest();
  const results = usesCache ? resultFiles(join(root, CACHE_FOLDER)) : noResults;
  const thread = new CruiseThread();
  try {
    const digests = new TreeDigests();
    const planned = await planGuards({ root, path, config, thread, results, tool, treeDigest: (isFresh) => digests.of(isFresh), runsProofs: request.runsProofs });
    const chosen = chosenOf(planned, only);
    const trials = new Map([...ownTrials({ results, tool }), ...chosen.map((one) => [one.guard.name, one.isTriedApart === true ? begun(one) : () => one.tryPlants()] as const)]);
    const factsFile = usesCache ? new FactsFile(join(root, CACHE_FOLDER, 'facts.json'), digestOf([tool, configDigest(config)])) : undefined;
    // Whatever was chosen, the facts of all are read: they are kept for the next run, which may choose others.
    const read = await readTree(request, planned.map(({ guard }) => guard), factsFile);
    factsFile?.save();
    digests.read(read.workspace);
    const faults: Fault[] = [];
    const [judged, plants, dead] = await Promise.all([judgeAll(chosen, read, faults), tryAll(trials, faults), deadGlobs(root, config, read.workspace.paths)]);
    faults.push(...dead);
    const plantsOf = (name: string): number => plants.get(name) ?? 0;
    const held = new Set([...READING, ...chosen.flatMap(({ guard }) => guard.rules)].map(({ id }) => id));
    const exemptions = config.exemptions ?? [];
    const { findings, exempted } = applyExemptions({
      findings: [...read.findings, ...judged.flatMap(({ judgement }) => judgement.findings)],
      exemptions, config: path, now,
      places: exemptions.length === 0 ? [] : exemptionPlaces(path, readFileSync(join(root, path), 'utf8'), exemptions.length),
      known: [...READING, ...planned.flatMap(({ guard }) => guard.rules)].map(({ id }) => id),
      wasHeld: (rule) => held.has(rule),
    });
    const guards: readonly ReportedGuard[] = [
      { name: 'reading', plants: plantsOf('reading'), rules: READING.map((rule) => ({ ...rule, examined: read.workspace.paths.length })) },
      ...judged.map(({ guard, judgement }) => ({
        name: guard.name, plants: plantsOf(guard.name), rules: guard.rules.map((rule) => ({ ...rule, examined: judgement.examined[rule.id] ?? 0 })),
      })),
      { name: 'exemptions', plants: plantsOf('exemptions'), rules: EXEMPTIONS.map((rule) => ({ ...rule, examined: exemptions.length })) },
    ];
    return {
      workspace: read.workspace,
      facts: factsFile ?? noCache,
      report: {
        format: REPORT_FORMAT,
        tool: { name: 'hoc-guard', version: ownVersion() },
        startedAt: startedAt.toISOString(), endedAt: new Date().toISOString(),
        config: path, files: read.workspace.paths.length, guards,
        findings: findings.toSorted(byPlace),
        exempted: exempted.map(({ finding, exemption: { reason, expires } }) => ({ ...finding, reason, expires })).sort(byPlace),
        faults,
        exitCode: faults.length > 0 ? 2 : findings.length > 0 ? 1 : 0,
      },
    };
  } finally {
    await thread.close();
  }
}

async function readTree({ root, config }: RunRequest, guards: readonly AnyGuard[], factsFile: FactsFile | undefined): Promise<ReadWorkspace> {
  try {
    return readWorkspace(await diskTree(root, config.files), guards, factsFile ?? noCache);
  } catch (error) {
    throw new CannotRunError(`the tree cannot be read: ${sentenceOf(error)}`, 'Correct `files` in the configuration; what is not read is not guarded.', { cause: error });
  }
}

/** Begins a trial at once. Whether it failed is told to whoever asks for it later. */
function begun(planned: PlannedGuard): () => Promise<PlantTrial> {
  const trial = planned.tryPlants();
  trial.catch(() => {});
  return () => trial;
}

interface JudgedGuard {
  readonly guard: AnyGuard;
  readonly judgement: Judgement;
}

async function judgeAll(chosen: readonly PlannedGuard[], { workspace, facts }: ReadWorkspace, faults: Fault[]): Promise<readonly JudgedGuard[]> {
  return Promise.all(chosen.map(async ({ guard }) => {
    try {
      // The facts of this guard are those that this guard has collected.
      const judgement = await guard.judge({ workspace, facts: (path) => facts(guard.name, path) as never });
      for (const { id } of guard.rules) {
        if ((judgement.examined[id] ?? 0) > 0) continue;
        faults.push({ message: `${id} had nothing to look at, so it holds for nothing`, remedy: 'Correct what the configuration says about where its subject is found; what it is about may have moved or been renamed.' });
      }
      return { guard, judgement };
    } catch (error) {
      faults.push(faultOf(error) ?? { message: `${guard.name} could not run: ${sentenceOf(error)}`, remedy: `Correct what the message names; \`--only ${guard.name}\` runs it alone.` });
      return { guard, judgement: { findings: [], examined: {} } };
    }
  }));
}

/** @returns how many plants each guard was tried on */
async function tryAll(trials: ReadonlyMap<string, () => Promise<PlantTrial>>, faults: Fault[]): Promise<ReadonlyMap<string, number>> {
  const tried = await Promise.all([...trials].map(async ([name, tryPlants]) => {
    try {
      const trial = await tryPlants();
      faults.push(...trial.faults.map((message) => ({ message, remedy: 'Correct the rule, or plant for it what it must find and what it must let pass.' })));
      return [name, trial.tried] as const;
    } catch (error) {
      faults.push({ message: `the plants of ${name} could not be tried: ${sentenceOf(error)}`, remedy: 'Correct what the message names: a guard that was not tried is not trusted.' });
      return [name, 0] as const;
    }
  }));
  return new Map(tried);
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
