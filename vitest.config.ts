import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { keepExitCode } from './tooling/toolchain/src/suites/exit-code.ts';

keepExitCode();

/** Starts the PostgreSQL that the suites share, and provides its address. */
const database = [join(import.meta.dirname, 'tooling/testbed/src/global-setup.ts')];

/**
 * One process, one project per kind of test. The root's check of what ran (`suites`) fails when a project has no test
 * file, and when a test file belongs to no project.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    // A focused test would quietly switch all others off; oxlint refuses it too.
    allowOnly: false,
    passWithNoTests: false,
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,apps,tooling}/*/src/**/*.test.ts'],
          // No I/O and no global state: files share a worker.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'tooling',
          include: ['tooling/*/test/**/*.test.ts'],
          globalSetup: database,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['packages/{l5-engines,l6-drivers,l7-models}/test/**/*.test.ts'],
          globalSetup: database,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 't5',
          include: ['packages/l4-spine/test/**/*.test.ts'],
          globalSetup: database,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'http',
          include: ['packages/l2-api/test/**/*.test.ts'],
          globalSetup: database,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['apps/*/test/**/*.test.ts'],
          globalSetup: database,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // Most of their time these wait, for servers that start, stop or were killed: apart from those that need the processors, and one more at a time.
          sequence: { groupOrder: 2 },
          maxWorkers: 3,
        },
      },
    ],
  },
});

export default config;
