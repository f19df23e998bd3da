import { createVitest, type TestCase, type Vitest } from 'vitest/node';
import type { Fault } from './fault.ts';

/** How the tests took a fault. */
export interface Outcome {
  /** The full names of the tests that failed, in order. */
  readonly failed: readonly string[];
  readonly passed: readonly string[];
}

/** A set of tests that can be run again and again, with one fault planted at a time. */
export interface Court {
  /** Throws where a test file could not even be loaded: that is no test that noticed. */
  tries(fault: Fault, only?: RegExp): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * Opens the tests of a configuration.
 * @param isEnoughOne whether to stop at the first test that fails, where running them all takes long
 */
export async function openCourt(root: string, config: string, isEnoughOne: boolean): Promise<Court> {
  const vitest = await createVitest({ root, config, watch: false, reporters: [{}], bail: isEnoughOne ? 1 : 0 });
  return {
    tries: (fault, only) => tries(vitest, fault, only),
    close: () => vitest.close(),
  };
}

async function tries(vitest: Vitest, fault: Fault, only: RegExp | undefined): Promise<Outcome> {
  vitest.provide('fault', fault);
  if (only === undefined) vitest.resetGlobalTestNamePattern();
  else vitest.setGlobalTestNamePattern(only);
  const { testModules, unhandledErrors } = await vitest.start();
  const broken = testModules.flatMap((module) => module.errors().map(({ message }) => `${module.moduleId}: ${message}`));
  if (broken.length > 0 || unhandledErrors.length > 0) throw new Error(`the tests could not be run: ${[...broken, ...unhandledErrors.map(String)].join('; ')}`);
  const tests = testModules.flatMap((module) => [...module.children.allTests()]);
  const named = (state: 'failed' | 'passed'): readonly string[] => tests.filter((test: TestCase) => test.result().state === state).map(({ fullName }) => fullName);
  return { failed: named('failed'), passed: named('passed') };
}
