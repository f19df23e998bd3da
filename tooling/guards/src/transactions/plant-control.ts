import type { Plant, Tree } from '../core/plant.ts';
import { HOUSE } from './planted-config.ts';

const tree = (files: Tree): Tree => ({ ...HOUSE, ...files });

/** One file in which something is written, and the same with something that looks alike. */
const inFile = (rule: string, disguise: string, violation: string, nearMiss: string, beside: Tree = {}): Plant => ({
  rule, disguise, violation: tree({ ...beside, 'domain/step.ts': violation }), nearMiss: tree({ ...beside, 'domain/step.ts': nearMiss }),
});

const CALL = 'transactions/control-call';
const IMPORT = 'transactions/control-import';
const TAKES = `import type { Storage, Transaction } from '../kernel/ports.ts';\nexport async function step(tx: Transaction, storage: Storage, name: string): Promise<void> {\n  void tx; void storage; void name;\n`;
const calls = (disguise: string, violation: string, nearMiss: string, beside: Tree = {}): Plant => inFile(CALL, disguise, `${TAKES}  ${violation}\n}\n`, `${TAKES}  ${nearMiss}\n}\n`, beside);

/** How a transaction may be controlled by one who holds it, or something that opens it. */
export const CONTROL_CALLS: readonly Plant[] = [
  calls('called in the open', 'await tx.commit();', 'await tx.savings();'),
  calls('over several lines and with a question mark', 'await tx\n    ?.rollback\n    ?.();', 'await tx\n    ?.rolledBack\n    ?.();'),
  calls('of a private field', 'class A { #session = tx; end() { return this.#session.commit(); } }', 'class A { #session = tx; end() { return this.#session.close(); } }'),
  calls('by a literal key', "await tx['commit']();", "await tx['scope'];"),
  calls('by a key that is put together', "await tx['com' + 'mit']();", "void tx['sco' + 'pe'];"),
  calls('by a template key', 'await tx[`roll${"back"}`]();', 'void tx[`sco${"pe"}`];'),
  calls('by a key that is a constant of its own', "const how = 'commit' as const;\n  await tx[how]();", "const how = 'scope' as const;\n  void tx[how];"),
  inFile(CALL, 'by one of two keys', "export const step = (all: Record<string, () => void>, ok: boolean): void => all[ok ? 'commit' : 'rollback']?.();\n", "export const step = (all: Record<string, () => void>, ok: boolean): void => all[ok ? 'commits' : 'rollbacks']?.();\n"),
  inFile(CALL, 'by a key that is a constant of another file',
    `import { END } from './words.ts';\nexport const step = (all: Record<string, () => void>): void => all[END.write]?.();\n`,
    `import { END } from './words.ts';\nexport const step = (all: Record<string, () => void>): void => all[END.read]?.();\n`,
    { 'domain/words.ts': "export const END = { write: 'commit', read: 'close' } as const;\n" }),
  calls('taken apart and renamed', 'const { commit: done } = tx;\n  await done();', 'const { scope: done } = tx;\n  void done;'),
  calls('taken apart with a computed key', "const { ['comm' + 'it']: done } = tx;\n  await done();", "const { ['sco' + 'pe']: done } = tx;\n  void done;"),
  inFile(CALL, 'taken apart in a parameter', 'export const step = ({ rollback }: { rollback: () => void }): void => rollback();\n', 'export const step = ({ roll }: { roll: () => void }): void => roll();\n'),
  calls('taken apart by an assignment', 'let done: unknown;\n  ({ commit: done } = tx);', 'let done: unknown;\n  ({ scope: done } = tx);'),
  calls('by the rest of its members', 'const { scope, ...ends } = tx;\n  void scope; void ends;', 'const { scope, ...ends } = { scope: 1, other: 2 };\n  void scope; void ends;'),
  calls('beside a member that is counted with', 'const end = tx.commit; void end;', 'const range = { begin: 1 };\n  const box: { begin: number } = range;\n  return step(tx, storage, String(box.begin + 1));'),
  calls('beside a member that has members', 'await tx.rollback.call(tx);', 'const entry = JSON.parse(name);\n  void entry.transaction.id;'),
  calls('bound', 'await tx.commit.bind(tx)();', 'await step.bind(null)(tx, storage, name);'),
  calls('by call and apply', 'await tx.rollback.call(tx); ', 'await step.call(null, tx, storage, name);'),
  calls('by reflection', "await Reflect.get(tx, 'commit').call(tx);", "void Reflect.get(tx, 'scope');"),
  calls('by reflection under another name', "const { get: take } = Reflect;\n  await take(tx, 'commit').call(tx);", "const { get: take } = Reflect;\n  void take(tx, 'scope');"),
  calls('by its descriptor', "Object.getOwnPropertyDescriptor(tx, 'commit');", "Object.getOwnPropertyDescriptor(tx, 'scope');"),
  calls('by a name that nobody can tell', 'await (tx as unknown as Record<string, () => void>)[name]?.();', 'await ({ a: () => {} } as Record<string, () => void>)[name]?.();'),
  calls('by all its values', 'for (const member of Object.values(tx)) void member;', 'for (const member of Object.values({ name })) void member;'),
  calls('spread into another object', 'const copy = { ...tx };\n  void copy;', 'const copy = { ...{ name } };\n  void copy;'),
  calls('of what opens it', 'await storage.begin();', 'await storage.beginning;'),
  inFile(CALL, 'by a class that extends what has it', `import { Base } from './base.ts';\nexport class Mine extends Base { async done(): Promise<void> { await this.commit(); } }\n`,
    `import { Base } from './base.ts';\nexport class Mine extends Base { async done(): Promise<void> { await this.close(); } }\n`, { 'domain/base.ts': 'export class Base {}\n' }),
  inFile(CALL, 'by super', 'export class Mine extends Object { begin(): void { super.begin(); } }\n', 'export class Mine extends Object { open(): void { super.open(); } }\n'),
  calls('in a getter', 'void { get done() { return tx.commit; } };', 'void { get done() { return tx.scope; } };'),
  calls('in a default', 'const end = (done = tx.rollback): unknown => done;\n  void end;', 'const end = (done = tx.scope): unknown => done;\n  void end;'),
  calls('in an alias of the thing', 'const other = tx;\n  const { rollback } = other;\n  await rollback();', 'const other = tx;\n  const { scope } = other;\n  void scope;'),
  calls('replaced', 'storage.begin = async () => tx;', 'void { begin: async () => tx };'),
  inFile(CALL, 'beside a function of the tree that is only called so', `import * as git from '../version/git.ts';\nexport const step = (tx: { commit(): void }): void => { git.commit(); tx.commit(); };\n`,
    `import * as git from '../version/git.ts';\nexport const step = (): void => git.commit();\n`, { 'version/git.ts': 'export const commit = (): void => {};\n' }),
  inFile(CALL, 'beside an object that is only called so', 'const repository = { commit: (): void => {} };\nexport const step = (tx: { commit(): void }): void => { repository.commit(); tx.commit(); };\n',
    'const repository = { commit: (): void => {} };\nexport const step = (): void => repository.commit();\n'),
  {
    rule: CALL, disguise: 'in a file whose folder is called like an allowed one',
    violation: tree({ 'domain/kernel/dispatch.ts': 'export const step = (tx: { commit(): void }): void => tx.commit();\n' }),
    nearMiss: tree({ 'domain/kernel/dispatch.ts': "export const step = (log: (what: string) => void): void => log('commit');\n" }),
  },
];

const imports = (disguise: string, violation: string, nearMiss: string, beside: Tree = {}): Plant => inFile(IMPORT, disguise, violation, nearMiss, beside);
const NEUTRAL: Tree = { 'main.ts': `export { openUnitOfWork as open, WORK_PATIENCE_MS as patience } from './drivers/unit-of-work.ts';\n` };
const STARRED: Tree = { 'main.ts': `export * from './drivers/unit-of-work.ts';\n` };

/** How what opens transactions may be come by. `main.ts` may have it, and is no way to it for others. */
export const CONTROL_IMPORTS: readonly Plant[] = [
  imports('in the open', "import { openUnitOfWork } from '../drivers/unit-of-work.ts';\nexport const step = openUnitOfWork;\n", "import { WORK_PATIENCE_MS } from '../drivers/unit-of-work.ts';\nexport const step = WORK_PATIENCE_MS;\n"),
  imports('under another name', "import { openUnitOfWork as newId } from '../drivers/unit-of-work.ts';\nexport const step = newId;\n", "import { WORK_PATIENCE_MS as openUnitOfWork } from '../drivers/unit-of-work.ts';\nexport const step = openUnitOfWork;\n"),
  imports('with the whole module', "import * as work from '../drivers/unit-of-work.ts';\nexport const step = (): unknown => work;\n", "import * as work from '../kernel/operation.ts';\nexport const step = (): unknown => work;\n"),
  imports('handed on', "export { openUnitOfWork as step } from '../drivers/unit-of-work.ts';\n", "export { WORK_PATIENCE_MS as step } from '../drivers/unit-of-work.ts';\n"),
  imports('handed on with all the rest', "export * from '../drivers/unit-of-work.ts';\n", "export * from '../kernel/operation.ts';\n"),
  imports('handed on as a namespace', "export * as work from '../drivers/unit-of-work.ts';\n", "export * as work from '../kernel/operation.ts';\n"),
  imports('renamed by a file that may have it', "import { open } from '../main.ts';\nexport const step = open;\n", "import { patience } from '../main.ts';\nexport const step = patience;\n", NEUTRAL),
  imports('through export * of a file that may have it', "import { Work } from '../main.ts';\nexport class Step extends Work {}\n", "import { WORK_PATIENCE_MS } from '../main.ts';\nexport const step = WORK_PATIENCE_MS;\n", STARRED),
  imports('asked for in place', "export const step = async (): Promise<unknown> => (await import('../drivers/unit-of-work.ts')).openUnitOfWork;\n", "export const step = async (): Promise<unknown> => (await import('../kernel/operation.ts')).fact;\n"),
  imports('asked for in place, by a name that is put together', "export const step = (): Promise<unknown> => import('../drivers/' + 'unit-of-work.ts');\n", "export const step = (): Promise<unknown> => import('../kernel/' + 'operation.ts');\n"),
  imports('asked for in place, of a file that may have it', "export const step = (): Promise<unknown> => import('../main.ts');\n", "export const step = (): Promise<unknown> => import('../api/route.ts');\n", STARRED),
  imports('required', "import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\nexport const step = (): unknown => load('../drivers/unit-of-work.ts');\n", "import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\nexport const step = (): unknown => load('../kernel/operation.ts');\n"),
  imports('required at once, by another name of createRequire', "import { createRequire as make } from 'node:module';\nexport const step = (): unknown => make(import.meta.url)('../drivers/unit-of-work.ts');\n", "import { createRequire as make } from 'node:module';\nexport const step = (): unknown => make(import.meta.url)('../kernel/operation.ts');\n"),
  imports('of a package of others', "import { begin as start } from 'transact';\nexport const step = start;\n", "import { Isolation as begin } from 'transact';\nexport const step = begin;\n"),
  imports('as a value beside its types', "import { Work, type AnyTransaction } from '../drivers/unit-of-work.ts';\nexport const step = (tx: AnyTransaction): unknown => [tx, Work];\n", "import type { Work, AnyTransaction } from '../drivers/unit-of-work.ts';\nexport const step = (tx: AnyTransaction, work: Work): unknown => [tx, work];\n"),
];
