import type { BoundaryPlant } from '@hoc/guards/boundaries/boundary-plant';

/** Stand-ins for the packages from a registry that plants import, with the files that they are imported by. */
export const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  '@electric-sql/pglite': ['dist/index'],
  'drizzle-orm': ['index', 'pg-core/index', 'node-postgres/index'],
  fastify: ['index'],
  'left-pad': ['index'],
  pg: ['index'],
  zod: ['index'],
};

/** A file that imports others: in its simplest form, for a side effect. */
const importing = (...specifiers: readonly string[]): string => specifiers.map((specifier) => `import '${specifier}';\n`).join('');

const LEAF = 'export const leaf: number = 1;\n';
const SPINE = 'packages/l4-spine/src/domains/api-keys/create.ts';
const ROUTES = 'packages/l2-api/src/cus/api-keys.routes.ts';
const ENGINE = 'packages/l5-engines/src/api-keys/issue.ts';
const OUTBOUND = 'packages/l5-engines/src/outbound/guarded-request.ts';
const DRIVER = 'packages/l6-drivers/src/api-keys/keys.driver.ts';
const OTHER_DRIVER = 'packages/l6-drivers/src/account/tenants.driver.ts';
const TABLES = 'packages/l7-models/src/api-keys.tables.ts';

/** L4 reaching a driver, in each of the ways in which TypeScript can name another file. */
const disguised = (disguise: string, statement: string): BoundaryPlant => ({
  rule: 'l4-spine-imports-only-l5-engines',
  disguise,
  violation: { [SPINE]: statement, [DRIVER]: LEAF },
  nearMiss: { [SPINE]: statement.replace('l6-drivers/api-keys/keys.driver', 'l5-engines/api-keys/issue'), [ENGINE]: LEAF },
});

/** At least one plant for every rule: a rule without one fails the boundary check. */
export const PLANTS: readonly BoundaryPlant[] = [
  {
    rule: 'l2-api-imports-only-l4-spine',
    violation: { 'packages/l2-api/src/cus/api-keys.routes.ts': importing('@hoc/l5-engines/api-keys/issue'), [ENGINE]: LEAF },
    nearMiss: { 'packages/l2-api/src/cus/api-keys.routes.ts': importing('@hoc/l4-spine/kernel/registry'), 'packages/l4-spine/src/kernel/registry.ts': LEAF },
  },
  {
    rule: 'l2-api-calls-no-operation',
    violation: { [ROUTES]: "import { leaf } from '@hoc/l4-spine/domains/api-keys/create';\nexport const again: number = leaf;\n", [SPINE]: LEAF },
    nearMiss: { [ROUTES]: "import type { leaf } from '@hoc/l4-spine/domains/api-keys/create';\nexport type Leaf = typeof leaf;\n", [SPINE]: LEAF },
  },
  {
    rule: 'l2-api-calls-no-operation',
    disguise: 'in place',
    violation: { [ROUTES]: "export const later = (): Promise<unknown> => import('@hoc/l4-spine/domains/api-keys/create');\n", [SPINE]: LEAF },
    nearMiss: { [ROUTES]: "export const later = (): Promise<unknown> => import('@hoc/l4-spine/domains/api-keys/create-input');\n", 'packages/l4-spine/src/domains/api-keys/create-input.ts': LEAF },
  },
  {
    rule: 'l2-api-speaks-no-sql',
    violation: { 'packages/l2-api/src/app.ts': importing('pg') },
    nearMiss: { 'packages/l2-api/src/app.ts': importing('fastify') },
  },
  {
    rule: 'l2-api-speaks-no-sql',
    disguise: "by Node's own database",
    violation: { 'packages/l2-api/src/app.ts': "export const open = async (): Promise<unknown> => import('node:sqlite');\n" },
    nearMiss: { 'packages/l2-api/src/app.ts': "export const open = async (): Promise<unknown> => import('node:stream');\n" },
  },
  disguised('for a side effect', importing('@hoc/l6-drivers/api-keys/keys.driver')),
  disguised('as a type', "import type { leaf } from '@hoc/l6-drivers/api-keys/keys.driver';\nexport type Leaf = typeof leaf;\n"),
  disguised('as a re-export', "export * from '@hoc/l6-drivers/api-keys/keys.driver';\n"),
  disguised('as a dynamic import', "export const later = (): Promise<unknown> => import('@hoc/l6-drivers/api-keys/keys.driver');\n"),
  disguised('as an import type', "export type Leaf = import('@hoc/l6-drivers/api-keys/keys.driver').Leaf;\n"),
  disguised(
    'over several lines',
    "import {\n  leaf,\n}\n  from\n  '@hoc/l6-drivers/api-keys/keys.driver';\nexport const again: number = leaf;\n",
  ),
  {
    rule: 'l4-spine-imports-only-l5-engines',
    disguise: 'to the tables, two floors down',
    violation: { [SPINE]: importing('@hoc/l7-models/api-keys.tables'), [TABLES]: LEAF },
    nearMiss: { [SPINE]: importing('@hoc/l5-engines/scope'), 'packages/l5-engines/src/scope.ts': LEAF },
  },
  {
    rule: 'l4-spine-speaks-no-sql',
    violation: { [SPINE]: importing('drizzle-orm/pg-core') },
    nearMiss: { [SPINE]: importing('zod') },
  },
  {
    rule: 'l4-spine-speaks-no-sql',
    disguise: 'by a package that is published from a folder dist',
    violation: { [SPINE]: importing('@electric-sql/pglite/dist/index.js') },
    nearMiss: { [SPINE]: importing('zod') },
  },
  {
    rule: 'l4-spine-speaks-no-http',
    violation: { [SPINE]: importing('fastify') },
    nearMiss: { [SPINE]: importing('node:crypto') },
  },
  {
    rule: 'l4-spine-speaks-no-http',
    disguise: 'with what Node brings',
    violation: { [SPINE]: importing('node:http') },
    nearMiss: { [SPINE]: importing('node:timers') },
  },
  {
    rule: 'l4-kernel-stands-alone',
    disguise: 'on a domain of its own package',
    violation: { 'packages/l4-spine/src/kernel/dispatch.ts': importing('../domains/api-keys/create.ts'), [SPINE]: LEAF },
    nearMiss: { 'packages/l4-spine/src/kernel/dispatch.ts': importing('./ports.ts'), 'packages/l4-spine/src/kernel/ports.ts': LEAF },
  },
  {
    rule: 'l4-kernel-stands-alone',
    disguise: 'on an engine',
    violation: { 'packages/l4-spine/src/kernel/dispatch.ts': importing('@hoc/l5-engines/api-keys/issue'), [ENGINE]: LEAF },
    nearMiss: { [SPINE]: importing('@hoc/l5-engines/api-keys/issue', '../../kernel/ports.ts'), [ENGINE]: LEAF, 'packages/l4-spine/src/kernel/ports.ts': LEAF },
  },
  {
    rule: 'l5-engines-imports-only-l6-drivers',
    violation: { [ENGINE]: importing('@hoc/l7-models/api-keys.tables'), [TABLES]: LEAF },
    nearMiss: { [ENGINE]: importing('@hoc/l6-drivers/api-keys/keys.driver'), [DRIVER]: LEAF },
  },
  {
    rule: 'l5-engines-imports-only-l6-drivers',
    disguise: 'upwards',
    violation: { [ENGINE]: importing('@hoc/l4-spine/kernel/result'), 'packages/l4-spine/src/kernel/result.ts': LEAF },
    nearMiss: { [ENGINE]: importing('./token.ts'), 'packages/l5-engines/src/api-keys/token.ts': LEAF },
  },
  {
    rule: 'l5-engine-calls-no-other-domain',
    violation: { [ENGINE]: importing('../account/tenant.ts'), 'packages/l5-engines/src/account/tenant.ts': LEAF },
    nearMiss: { [ENGINE]: importing('../keyring.ts'), 'packages/l5-engines/src/keyring.ts': LEAF },
  },
  {
    rule: 'l5-engine-calls-no-other-domain',
    disguise: 'from what every domain uses',
    violation: { [OUTBOUND]: importing('../account/tenant.ts'), 'packages/l5-engines/src/account/tenant.ts': LEAF },
    nearMiss: { [ENGINE]: importing('../outbound/guarded-request.ts'), [OUTBOUND]: LEAF },
  },
  {
    rule: 'requests-leave-through-l5-outbound',
    violation: { [ENGINE]: importing('node:https') },
    nearMiss: { [OUTBOUND]: importing('node:https', 'node:dns/promises', 'node:tls') },
  },
  {
    rule: 'requests-leave-through-l5-outbound',
    disguise: 'as a lookup of its own',
    violation: { [ENGINE]: "export const later = (): Promise<unknown> => import('node:dns/promises');\n" },
    nearMiss: { [ENGINE]: "import type { Socket } from 'node:net';\nexport type Peer = Socket['remoteAddress'];\n" },
  },
  {
    rule: 'requests-leave-through-l5-outbound',
    disguise: 'from the server',
    violation: { 'apps/server/src/ping.ts': importing('node:net') },
    nearMiss: { 'apps/server/test/ping.test.ts': importing('node:net') },
  },
  {
    rule: 'l5-engine-uses-own-drivers',
    violation: { [ENGINE]: importing('@hoc/l6-drivers/account/tenants.driver'), [OTHER_DRIVER]: LEAF },
    nearMiss: {
      [ENGINE]: importing('@hoc/l6-drivers/api-keys/keys.driver', '@hoc/l6-drivers/database/sql'),
      [DRIVER]: LEAF,
      'packages/l6-drivers/src/database/sql.ts': LEAF,
    },
  },
  {
    rule: 'l5-engines-builds-no-query',
    violation: { [ENGINE]: importing('drizzle-orm') },
    nearMiss: { [ENGINE]: importing('zod') },
  },
  {
    rule: 'l6-drivers-imports-only-l7-models',
    violation: { [DRIVER]: importing('@hoc/l5-engines/api-keys/issue'), [ENGINE]: LEAF },
    nearMiss: { [DRIVER]: importing('@hoc/l7-models/api-keys.tables', 'pg'), [TABLES]: LEAF },
  },
  {
    rule: 'l6-driver-calls-no-other-domain',
    violation: { [DRIVER]: importing('../account/tenants.driver.ts'), [OTHER_DRIVER]: LEAF },
    nearMiss: { [DRIVER]: importing('../database/sql.ts'), 'packages/l6-drivers/src/database/sql.ts': LEAF },
  },
  {
    rule: 'l6-driver-reads-own-tables',
    violation: { [DRIVER]: importing('@hoc/l7-models/account.tables'), 'packages/l7-models/src/account.tables.ts': LEAF },
    nearMiss: { [DRIVER]: importing('@hoc/l7-models/api-keys.tables', '@hoc/l7-models/enums'), [TABLES]: LEAF, 'packages/l7-models/src/enums.ts': LEAF },
  },
  {
    rule: 'l7-models-imports-nothing-of-ours',
    violation: { [TABLES]: importing('@hoc/l6-drivers/api-keys/keys.driver'), [DRIVER]: LEAF },
    nearMiss: { [TABLES]: importing('./enums.ts'), 'packages/l7-models/src/enums.ts': LEAF },
  },
  {
    rule: 'l7-models-runs-no-query',
    violation: { [TABLES]: importing('pg') },
    nearMiss: { [TABLES]: importing('drizzle-orm/pg-core') },
  },
  {
    rule: 'l7-models-runs-no-query',
    disguise: "by Node's own database",
    violation: { [TABLES]: importing('node:sqlite') },
    nearMiss: { [TABLES]: importing('node:path') },
  },
  {
    rule: 'l7-models-runs-no-query',
    disguise: "through drizzle's own driver",
    violation: { [TABLES]: importing('drizzle-orm/node-postgres') },
    nearMiss: { [TABLES]: importing('drizzle-orm') },
  },
  {
    rule: 'sdk-imports-nothing-of-ours',
    violation: { 'packages/sdk/src/client.ts': importing('@hoc/l2-api/app'), 'packages/l2-api/src/app.ts': LEAF },
    nearMiss: { 'packages/sdk/src/client.ts': importing('./problem.ts'), 'packages/sdk/src/problem.ts': LEAF },
  },
  {
    rule: 'console-imports-only-sdk',
    violation: { 'apps/console/src/keys.ts': importing('@hoc/l7-models/enums'), 'packages/l7-models/src/enums.ts': LEAF },
    nearMiss: { 'apps/console/src/keys.ts': importing('@hoc/sdk/client'), 'packages/sdk/src/client.ts': LEAF },
  },
  {
    rule: 'cli-imports-only-sdk',
    violation: { 'apps/cli/src/keys.ts': importing('@hoc/l4-spine/catalogue'), 'packages/l4-spine/src/catalogue.ts': LEAF },
    nearMiss: { 'apps/cli/src/serve.ts': importing('@hoc/server/main', '@hoc/sdk/client'), 'apps/server/src/main.ts': LEAF, 'packages/sdk/src/client.ts': LEAF },
  },
  {
    rule: 'server-imports-no-other-app',
    violation: { 'apps/server/src/compose.ts': importing('@hoc/console/keys'), 'apps/console/src/keys.ts': LEAF },
    nearMiss: {
      'apps/server/src/compose.ts': importing('@hoc/l2-api/app', '@hoc/l4-spine/catalogue', '@hoc/l6-drivers/database/open', '@hoc/l7-models/enums'),
      'packages/l2-api/src/app.ts': LEAF,
      'packages/l4-spine/src/catalogue.ts': LEAF,
      'packages/l6-drivers/src/database/open.ts': LEAF,
      'packages/l7-models/src/enums.ts': LEAF,
    },
  },
  {
    rule: 'every-package-has-its-line',
    violation: { 'packages/billing/src/invoice.ts': importing('@hoc/l7-models/enums'), 'packages/l7-models/src/enums.ts': LEAF },
    nearMiss: { 'packages/billing/src/invoice.ts': importing('./amount.ts'), 'packages/billing/src/amount.ts': LEAF },
  },
  {
    rule: 'production-imports-no-tooling',
    violation: { [DRIVER]: importing('@hoc/testbed/databases'), 'tooling/testbed/src/databases.ts': LEAF },
    nearMiss: {
      'packages/l6-drivers/test/conformance/keys.test.ts': importing('@hoc/testbed/databases'),
      'packages/l6-drivers/src/api-keys/keys.driver.test.ts': importing('@hoc/testbed/databases'),
      'tooling/testbed/src/databases.ts': LEAF,
    },
  },
  {
    rule: 'production-imports-no-test',
    violation: { [ENGINE]: importing('./token.test.ts'), 'packages/l5-engines/src/api-keys/token.test.ts': LEAF },
    nearMiss: {
      'packages/l6-drivers/test/pglite.test.ts': importing('./conformance/keys.ts'),
      'packages/l6-drivers/test/conformance/keys.ts': LEAF,
    },
  },
  {
    rule: 'production-imports-no-dev-dependency',
    violation: {
      [ENGINE]: importing('left-pad'),
      'packages/l5-engines/package.json': '{ "name": "@hoc/l5-engines", "devDependencies": { "left-pad": "1.0.0" } }',
    },
    nearMiss: {
      'packages/l5-engines/src/api-keys/token.test.ts': importing('left-pad'),
      'packages/l5-engines/package.json': '{ "name": "@hoc/l5-engines", "devDependencies": { "left-pad": "1.0.0" } }',
    },
  },
  {
    rule: 'no-undeclared-dependency',
    violation: { [ENGINE]: importing('left-pad'), 'packages/l5-engines/package.json': '{ "name": "@hoc/l5-engines" }' },
    nearMiss: {
      [ENGINE]: importing('left-pad'),
      'packages/l5-engines/package.json': '{ "name": "@hoc/l5-engines", "dependencies": { "left-pad": "1.0.0" } }',
    },
  },
  {
    rule: 'packages-are-imported-by-name',
    violation: { [SPINE]: importing('../../../../l5-engines/src/api-keys/issue.ts'), [ENGINE]: LEAF },
    nearMiss: { [SPINE]: importing('@hoc/l5-engines/api-keys/issue'), [ENGINE]: LEAF },
  },
  {
    rule: 'no-circular',
    violation: { [ENGINE]: importing('./token.ts'), 'packages/l5-engines/src/api-keys/token.ts': importing('./issue.ts') },
    nearMiss: {
      [ENGINE]: importing('./token.ts', './digest.ts'),
      'packages/l5-engines/src/api-keys/token.ts': importing('./digest.ts'),
      'packages/l5-engines/src/api-keys/digest.ts': LEAF,
    },
  },
  {
    rule: 'no-unresolvable',
    violation: { [ENGINE]: importing('@hoc/l6-drivers/api-keys/no-such.driver'), [DRIVER]: LEAF },
    nearMiss: { [ENGINE]: importing('@hoc/l6-drivers/api-keys/keys.driver'), [DRIVER]: LEAF },
  },
];
