import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { plantingPlugin } from './plant.plugin.ts';

/** The unit tests that look at definitions: the domains' and the catalogue's. */
const config: ViteUserConfig = defineConfig({
  plugins: [plantingPlugin()],
  test: {
    include: ['packages/l4-spine/src/catalogue.test.ts', 'packages/l4-spine/src/domains/**/*.test.ts'],
    isolate: false,
    maxWorkers: 1,
    passWithNoTests: false,
  },
});

export default config;
