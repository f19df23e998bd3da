import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { plantingPlugin } from './plant.plugin.ts';

/** The runtime proofs of the invariants: real registry, real handlers, real databases. */
const config: ViteUserConfig = defineConfig({
  plugins: [plantingPlugin()],
  test: {
    include: ['packages/l4-spine/test/t5/*.runtime-delta.test.ts'],
    globalSetup: [join(process.cwd(), 'tooling/testbed/src/global-setup.ts')],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    passWithNoTests: false,
  },
});

export default config;
