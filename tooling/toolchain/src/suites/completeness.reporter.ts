import { globSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { leftOut, TEST_FILES, type RanFile } from './completeness.ts';

/** Fails a full run that left something out: a project, a file or a test. Not for runs of chosen files. */
export class CompletenessReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const vitest = this.#vitest;
    if (vitest === undefined) return;
    const { root } = vitest.config;
    const faults = leftOut(
      vitest.projects.map(({ name }) => name),
      globSync(TEST_FILES, { cwd: root, exclude: (path) => path.split(sep).includes('node_modules') }).map(slashed),
      modules.map((module) => ranFile(root, module)),
    );
    for (const fault of faults) console.error(`✗ ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

function ranFile(root: string, module: TestModule): RanFile {
  const tests = [...module.children.allTests()];
  return {
    path: slashed(relative(root, module.moduleId)),
    project: module.project.name,
    tests: tests.length,
    left: tests.filter((test) => test.result().state === 'skipped' || test.result().state === 'pending').map(({ fullName }) => fullName),
  };
}

const slashed = (path: string): string => path.split(sep).join('/');
