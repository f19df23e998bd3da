import type { Allowance } from '@hoc/guards/transactions/transactions-config';

const DATABASE = 'packages/l6-drivers/src/database';

/** The files of this repository that may do what others may not, and why. */
export const ALLOWED: readonly Allowance[] = [
  { path: 'packages/l4-spine/src/kernel/{write-attempt,refusal-record,seal,facts,read-rules}.ts', may: ['control-call'], why: 'the kernel opens the one transaction of a write, of a refusal\'s record and of a breach in a read, and ends it' },
  { path: 'packages/l4-spine/src/memory/memory-storage.ts', may: ['control-call'], why: 'storage in memory hands its work on to whoever made it' },
  { path: `${DATABASE}/{begin,transaction,unit-of-work}.ts`, may: ['raw-sql'], why: 'the unit of work' },
  { path: `${DATABASE}/own-transaction.ts`, may: ['control-call'], why: 'a relay notes where it stands in transactions that tell nothing and decide nothing' },
  { path: `${DATABASE}/{pglite,postgres,wire}.ts`, may: ['raw-sql'], why: 'connections say once what their transactions are and send what the unit of work says; the reads of verification have a read-only one of their own' },
  { path: `${DATABASE}/{session-settings,session-pool,statements-in-transactions}.ts`, may: ['raw-sql'], why: 'sessions are set to what they are for, and those that a pooler lends in each transaction; what is read and metered there has transactions of its own' },
  { path: `${DATABASE}/pooler-check.ts`, may: ['raw-sql'], why: 'whether a pooler lends transactions shows only in one' },
  { path: `${DATABASE}/migrate.ts`, may: ['raw-sql'], why: 'migrations run before there is a unit of work, all in one transaction' },
  { path: 'packages/l6-drivers/src/outbox/wake-ups.schema.ts', may: ['raw-sql'], why: 'a text of the queue library begins a transaction of its own, which has to be ended where it fails' },
  { path: `${DATABASE}/data-folder-lock.ts`, may: ['raw-sql'], why: 'the lock on a data folder is a transaction of SQLite that is never ended' },
  { path: 'packages/l4-spine/src/kernel/*.{test,test-d}.ts', may: ['control-call', 'foreign-io'], why: 'tests of the kernel hold it against storage that fails and facts that are slow' },
  { path: 'packages/l4-spine/test/fixtures/journaled-storage.ts', may: ['control-call'], why: 'storage that notes what the kernel asks of it' },
  { path: 'packages/l4-spine/test/t5/race.ts', may: ['control-call'], why: 'what begins there is a race' },
  { path: 'packages/l6-drivers/test/**', may: ['control-call', 'control-import', 'raw-sql'], why: 'tests of the unit of work and of the drivers open transactions of their own' },
  { path: 'apps/server/test/peppers/redigester.test.ts', may: ['control-import'], why: 'it holds a key, as another transaction would' },
  { path: 'packages/l2-api/test/http/metering-outage.test.ts', may: ['raw-sql'], why: 'it holds the tables of meters as their owner, so that nobody can take from them' },
  { path: 'tooling/testbed/src/databases.ts', may: ['raw-sql'], why: 'an embedded database has one connection: what tests look at as its owner is asked as another role' },
  { path: 'tooling/bench/src/{governed-create,same-statements,hand-written}.ts', may: ['control-import', 'raw-sql'], why: 'what the kernel costs is measured against the same statements sent by hand' },
];
