import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { MutantResult, PartialStrykerOptions } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { digestsOf, filesOf } from '../digests.ts';
import type { Group } from '../groups.ts';
import type { Mutant, MutantStatus } from '../mutant.ts';
import { mutatedIn } from '../mutated.ts';
import { forgetSurvivors } from './last-report.ts';
import { textAt } from './text-at.ts';

/** Where a run keeps what the next one may take over, and the copies of the tree that mutants live in. Not committed. */
const CACHE = '.cache/mutation';

/** How Stryker's words for a mutant's fate are meant here. */
const STATUS: Readonly<Record<MutantResult['status'], MutantStatus>> = {
  Killed: 'KILLED',
  Timeout: 'TIMEOUT',
  Survived: 'SURVIVED',
  NoCoverage: 'NO_COVERAGE',
  Ignored: 'IGNORED',
  CompileError: 'INVALID',
  RuntimeError: 'INVALID',
  // Of a run that was broken off: nobody has noticed it.
  Pending: 'NO_COVERAGE',
};

/**
 * Mutates the files of a group, in a copy of the tree, and says how each mutant fared.
 * @param isFull whether to try every mutant anew, and not only those whose code or tests have changed
 */
export async function runGroup(root: string, group: Group, isFull: boolean): Promise<readonly Mutant[]> {
  mkdirSync(join(root, CACHE), { recursive: true });
  const options: PartialStrykerOptions = {
    mutate: [...mutatedIn(root, group)],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    // Only the tests that reach the mutated file, and of those only the ones that cover the mutant.
    vitest: { configFile: 'tooling/mutation/src/stryker/unit.vitest.config.ts', related: true },
    coverageAnalysis: 'perTest',
    // The machine is often shared; a mutant costs a fraction of a second.
    concurrency: 1,
    // A mutant that only seems to hang on a busy machine would count as noticed.
    timeoutMS: 20_000,
    tempDirName: `${CACHE}/sandbox`,
    ignorePatterns: ['*', '!packages', '!packages/**', '!tooling', 'tooling/*', '!tooling/mutation', '!tooling/mutation/**', '!package.json', '!tsconfig.base.json', '**/node_modules', '**/dist'],
    incremental: true,
    incrementalFile: `${CACHE}/${group.name}.json`,
    force: isFull || hasMoved(root, group),
    // Types are erased, and checked elsewhere: there is nothing to switch off.
    disableTypeChecks: false,
    reporters: ['progress-append-only'],
    allowConsoleColors: process.stdout.isTTY,
    // Mutants of what runs once, when a module is loaded, are slow and are tried all the same.
    warnings: { unknownOptions: true, preprocessorErrors: true, unserializableOptions: true, slow: false },
    thresholds: { break: null },
  };
  forgetSurvivors(join(root, CACHE, `${group.name}.json`));
  const results = await new Stryker(options).runMutationTest();
  rememberSurroundings(root, group);
  return results.map((result) => mutantOf(root, result));
}

function mutantOf(root: string, { fileName, location, mutatorName, replacement, status }: MutantResult): Mutant {
  const text = readFileSync(fileName, 'utf8');
  return {
    file: relative(root, fileName).split(sep).join('/'), line: location.start.line, mutator: mutatorName,
    original: textAt(text, location), replacement: replacement ?? '', status: STATUS[status],
  };
}

/** Stryker sees changed code and changed tests, but not what else the tests stand on. */
function hasMoved(root: string, group: Group): boolean {
  const before = surroundingsFile(root, group);
  return !existsSync(before) || readFileSync(before, 'utf8') !== surroundingsOf(root, group);
}

const rememberSurroundings = (root: string, group: Group): void => writeFileSync(surroundingsFile(root, group), surroundingsOf(root, group));

const surroundingsFile = (root: string, { name }: Group): string => join(root, CACHE, `${name}.surroundings.json`);

const surroundingsOf = (root: string, { mutate, tests, surroundings }: Group): string => {
  const known = new Set([...filesOf(root, mutate), ...filesOf(root, tests)]);
  return JSON.stringify(digestsOf(root, filesOf(root, surroundings).filter((file) => !known.has(file))));
};
