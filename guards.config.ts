import { defineGuards, type GuardsConfig } from '@hoc/guards/run/config';
import { PLANTS, STAND_INS } from './tooling/toolchain/src/boundaries/plants.ts';
import { coverage } from './tooling/toolchain/src/guards/coverage.ts';
import { hygiene } from './tooling/toolchain/src/guards/hygiene.ts';
import { ownership } from './tooling/toolchain/src/guards/ownership.ts';
import { transactions } from './tooling/toolchain/src/guards/transactions.ts';

/** What `pnpm guard` holds against this repository. */
const config: GuardsConfig = defineGuards({
  files: {
    include: ['{packages,apps,tooling}/*/{src,test}/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', '{apps,tooling}/*/bin/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', '*.config.ts'],
    loaders: [
      // Loads the configuration that its user names: there is no literal name to import.
      'tooling/guards/src/run/load-module.ts',
      // Their threads are TypeScript here and JavaScript once they are published.
      'tooling/guards/src/boundaries/cruise-thread.ts', 'tooling/guards/src/run/live-thread.ts',
    ],
  },
  layers: [
    { name: 'apps', path: 'apps/*/src/**' },
    { name: 'L2 api', path: 'packages/l2-api/src/**' },
    { name: 'L4 spine', path: 'packages/l4-spine/src/**' },
    { name: 'L5 engines', path: 'packages/l5-engines/src/**' },
    { name: 'L6 drivers', path: 'packages/l6-drivers/src/**' },
    { name: 'L7 models', path: 'packages/l7-models/src/**' },
    { name: 'tooling', path: 'tooling/*/{src,bin}/**' },
  ],
  boundaries: {
    rules: '.dependency-cruiser.cjs',
    folders: ['packages', 'apps', 'tooling'],
    sources: ['{packages,apps,tooling}/*/{bin,src,test}/**/*.{ts,tsx,mts,cts,js,mjs,cjs}'],
    packages: ['{packages,apps,tooling}/*'],
    plants: PLANTS,
    planted: { scope: '@hoc', standIns: STAND_INS },
    idle: {
      'sdk-imports-nothing-of-ours': 'packages/sdk is not built yet',
      'console-imports-only-sdk': 'apps/console is not built yet',
      'cli-imports-only-sdk': 'apps/cli is not built yet',
      'every-package-has-its-line': 'it is for packages that the layer table does not name, and it names all that there are',
    },
  },
  ownership,
  transactions,
  hygiene,
  coverage,
});

export default config;
