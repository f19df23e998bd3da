import type { HygieneConfig } from '@hoc/guards/hygiene/hygiene-config';

/** What tools load as their configuration, and nobody imports. A file is none by its name alone: production has none. */
const CONFIGURATIONS = ['*.config.ts', 'tooling/mutation/src/*/*.vitest.config.ts'];

/** What the modules of this repository may do when they are imported: nothing. */
export const hygiene: HygieneConfig = {
  files: ['**'],
  entryPoints: [
    '**/*.{test,test-d}.ts', '{apps,tooling}/*/bin/**', '{apps,tooling}/*/src/main.ts', ...CONFIGURATIONS,
    // Programs that tests start.
    'apps/server/test/readme/curl-stand-in.ts', 'packages/l6-drivers/test/database/lock-holder.ts', 'tooling/guards/test/coverage/run-proofs.ts', 'tooling/mutation/test/try-faults.ts',
  ],
  environment: ['process.env', 'process.argv', 'import.meta.env'],
  pure: {
    modules: ['zod', 'drizzle-orm', 'fast-check', 'picomatch', 'node:path', 'node:url', '@orpc/server'],
    exports: ['node:util#getCallSites', 'node:crypto#createSecretKey', 'node:crypto#createHash', 'pg#types', 'vitest#expect'],
  },
  publicEntries: [],
  // Tools ask for these.
  defaultExports: CONFIGURATIONS,
  // dependency-cruiser counts them here as well.
  cycles: { countTypes: true },
};
