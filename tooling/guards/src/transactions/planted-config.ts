import type { TransactionsConfig } from './transactions-config.ts';

/** The house in which the plants stand: a kernel, a unit of work, drivers, engines and an api. */
export const PLANTED_CONFIG: TransactionsConfig = {
  files: ['**'],
  control: ['begin', 'commit', 'rollback', 'savepoint', 'transaction'],
  owners: [
    { module: 'drivers/unit-of-work.ts', exports: ['openUnitOfWork', 'Work'], importers: ['main.ts'] },
    { module: 'npm:transact', exports: ['begin'], importers: ['main.ts'] },
  ],
  allowed: [{ path: 'kernel/dispatch.ts', may: ['control-call'], why: 'the kernel' }, { path: 'drivers/unit-of-work.ts', may: ['raw-sql'], why: 'the unit of work' }],
  tenant: { settings: ['app.tenant'], functions: ['app_set_tenant'] },
  sql: { calls: ['query', 'exec', 'run'], told: ['query'], keys: ['text'], tags: ['sql'] },
  types: [{ module: 'kernel/ports.ts', names: ['Transaction', 'Storage'] }, { module: 'npm:pg', names: ['PoolClient'] }],
  signatures: ['api/**', 'engines/**'],
  writes: [
    { module: 'kernel/operation.ts', factory: 'writeOperation', inside: ['run', 'events'] },
    { module: 'kernel/operation.ts', factory: 'fact', inside: ['load'] },
    { module: 'kernel/operation.ts', factory: 'invariant', inside: ['holds'] },
  ],
  within: ['drivers/!(unit-of-work)*'],
  foreign: {
    globals: ['fetch', 'setTimeout', 'process.stdin', 'AbortSignal.timeout'],
    modules: [{ name: 'node:fs' }, { name: 'node:http' }, { name: 'node:timers' }, { name: 'node:child_process' }, { name: 'node:net', except: ['isIP'] }, { name: 'pg' }, { name: 'nodemailer' }, { name: 'node:events', only: ['once'] }],
  },
};

/** What stands in every planted tree. */
export const HOUSE: Readonly<Record<string, string>> = {
  'kernel/ports.ts': `export interface Transaction { readonly scope: object; commit(): Promise<void>; rollback(): Promise<void>; savepoint<V>(work: () => Promise<V>): Promise<V> }
export interface Storage { begin(): Promise<Transaction> }
export interface Verdict { readonly ok: boolean }
`,
  'kernel/operation.ts': `export const writeOperation = <Scope>() => <D>(definition: D): D => definition;
export const readOperation = <Scope>() => <D>(definition: D): D => definition;
export const fact = <D>(definition: D): D => definition;
export const invariant = <D>(definition: D): D => definition;
`,
  'kernel/dispatch.ts': `import type { Storage } from './ports.ts';
export async function dispatch(storage: Storage): Promise<void> { const tx = await storage.begin(); await tx.commit(); }
`,
  'drivers/unit-of-work.ts': `import type { Transaction } from '../kernel/ports.ts';
export const openUnitOfWork = (pool: { query(text: string): Promise<void> }): unknown => ({ begin: () => pool.query('begin'), commit: () => pool.query('commit') });
export class Work { begin(): void {} }
export const WORK_PATIENCE_MS: number = 5;
export type AnyTransaction = Transaction;
`,
  'drivers/keys.ts': `export class KeyWriter { constructor(sql: { run(text: string): Promise<void> }) { void sql; } }
`,
  'main.ts': `import { openUnitOfWork } from './drivers/unit-of-work.ts';
export const start = (): unknown => openUnitOfWork({ query: async () => {} });
`,
  'api/route.ts': `export const path = '/keys';
`,
  'engines/decide.ts': `import type { Verdict } from '../kernel/ports.ts';
export const decide = (): Verdict => ({ ok: true });
`,
};
