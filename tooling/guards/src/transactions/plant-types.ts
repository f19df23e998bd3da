import type { Plant, Tree } from '../core/plant.ts';
import { HOUSE } from './planted-config.ts';

const plant = (disguise: string, violation: string, nearMiss: string, beside: Tree = {}): Plant => ({
  rule: 'transactions/type-in-signature', disguise,
  violation: { ...HOUSE, ...beside, 'engines/issue.ts': violation },
  nearMiss: { ...HOUSE, ...beside, 'engines/issue.ts': nearMiss },
});

const PORTS = "'../kernel/ports.ts'";
const BETWEEN: Tree = {
  'kernel/between.ts': `import type { Storage, Transaction, Verdict } from './ports.ts';
export type Unit<V> = readonly [V, Transaction];
export interface Held { readonly inner: { readonly open: Storage } }
export interface Judged { readonly verdict: Verdict }
export type { Transaction as Row, Verdict as Answer } from './ports.ts';
export const opened = async (): Promise<Transaction> => { throw new Error('not here'); };
export const judged = async (): Promise<Verdict> => ({ ok: true });
`,
};

/** How a transaction may get into a signature. */
export const TYPES: readonly Plant[] = [
  plant('as a parameter', `import type { Transaction } from ${PORTS};\nexport const issue = (tx: Transaction): void => void tx;\n`, `import type { Verdict } from ${PORTS};\nexport const issue = (tx: Verdict): void => void tx;\n`),
  plant('under another name', `import type { Transaction as Row } from ${PORTS};\nexport const issue = (row: Row): void => void row;\n`, `import type { Verdict as Transaction } from ${PORTS};\nexport const issue = (row: Transaction): void => void row;\n`),
  plant('as a type of its own that is only called so', `import type { Transaction } from ${PORTS};\nexport interface Bank { readonly last: Transaction }\n`, 'interface Transaction { readonly amount: number }\nexport const issue = (tx: Transaction): number => tx.amount;\n'),
  plant('as an import type', `export const issue = (tx: import(${PORTS}).Transaction): void => void tx;\n`, `export const issue = (tx: import(${PORTS}).Verdict): void => void tx;\n`),
  plant('of a namespace', `import type * as ports from ${PORTS};\nexport type Issue = (tx: ports.Transaction) => void;\n`, `import type * as ports from ${PORTS};\nexport type Issue = (tx: ports.Verdict) => void;\n`),
  plant('in an answer, within generics', `import type { Transaction } from ${PORTS};\nexport declare function issue(): Promise<readonly Map<string, Transaction>[]>;\n`, `import type { Verdict } from ${PORTS};\nexport declare function issue(): Promise<readonly Map<string, Verdict>[]>;\n`),
  plant('as a bound of a generic', `import type { Transaction } from ${PORTS};\nexport const issue = <T extends Transaction>(tx: T): T => tx;\n`, `import type { Verdict } from ${PORTS};\nexport const issue = <T extends Verdict>(tx: T): T => tx;\n`),
  plant('as what a member answers', `import type { Storage } from ${PORTS};\nexport type Issue = (tx: Awaited<ReturnType<Storage['begin']>>) => void;\n`, `import type { Verdict } from ${PORTS};\nexport type Issue = (tx: Awaited<ReturnType<() => Verdict>>) => void;\n`),
  plant('as an interface that extends it', `import type { Transaction } from ${PORTS};\nexport interface Mine extends Transaction { readonly mine: true }\n`, `import type { Verdict } from ${PORTS};\nexport interface Mine extends Verdict { readonly mine: true }\n`),
  plant('as a class that implements it', `import type { Transaction } from ${PORTS};\nexport abstract class Mine implements Transaction {}\n`, `import type { Verdict } from ${PORTS};\nexport abstract class Mine implements Verdict {}\n`),
  plant('handed on under another name', `import type { Row } from '../kernel/between.ts';\nexport const issue = (row: Row): void => void row;\n`, `import type { Answer } from '../kernel/between.ts';\nexport const issue = (row: Answer): void => void row;\n`, BETWEEN),
  plant('as an alias of another file', `import type { Unit } from '../kernel/between.ts';\nexport const issue = (unit: Unit<string>): void => void unit;\n`, `import type { Judged } from '../kernel/between.ts';\nexport const issue = (unit: Judged): void => void unit;\n`, BETWEEN),
  plant('as a member of an interface of another file', `import type { Held } from '../kernel/between.ts';\nexport const issue = (held: Held): void => void held;\n`, `import type { Judged } from '../kernel/between.ts';\nexport const issue = (held: Judged['verdict']): void => void held;\n`, BETWEEN),
  plant('as what a function of another file answers', `import type { opened } from '../kernel/between.ts';\nexport type Issue = Awaited<ReturnType<typeof opened>>;\n`, `import type { judged } from '../kernel/between.ts';\nexport type Issue = Awaited<ReturnType<typeof judged>>;\n`, BETWEEN),
  plant('as the type of something asked for in place', `export type Issue = ReturnType<typeof import('../kernel/between.ts').opened>;\n`, `export type Issue = ReturnType<typeof import('../kernel/between.ts').judged>;\n`, BETWEEN),
  plant('of a package of others', "import type { PoolClient } from 'pg';\nexport const issue = (client: PoolClient): void => void client;\n", "import type { QueryResult } from 'pg';\nexport const issue = (client: QueryResult): void => void client;\n"),
];
