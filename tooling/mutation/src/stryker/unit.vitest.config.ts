import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * The unit tests of the packages, without I/O, for Stryker's sandbox: a copy of the tree with mutants in it. The packages'
 * links in `node_modules` lead back to the tree that the copy was made of, so `@hoc/…` is read from the copy instead;
 * else a test in one package would see the other package without its mutants.
 */
const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [{ find: /^@hoc\/(l[0-9]-[a-z]+)\/(.*)$/, replacement: `${process.cwd()}/packages/$1/src/$2.ts` }],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts'],
    isolate: false,
    passWithNoTests: false,
  },
});

export default config;
