import type { Plant, Tree } from '../core/plant.ts';
import { HOUSE } from './planted-config.ts';

const HEAD = "import { writeOperation } from '../kernel/operation.ts';\n";
const files = (source: string, beside: Tree): Tree => ({ ...HOUSE, ...beside, 'domain/create.ts': HEAD + source });
const plant = (disguise: string, violation: string, nearMiss: string, beside: Tree = {}, besideMiss: Tree = beside): Plant => ({
  rule: 'transactions/foreign-io', disguise, violation: files(violation, beside), nearMiss: files(nearMiss, besideMiss),
});
/** What stands in `run`. */
const runs = (disguise: string, violation: string, nearMiss: string, head: string = '', beside: Tree = {}): Plant => {
  const source = (body: string): string => `${head}export const create = writeOperation<object>()({ run: async ({ scope }: { scope: { keys: { insert(): Promise<void> } } }) => {\n  await scope.keys.insert();\n  ${body}\n} });\n`;
  return plant(disguise, source(violation), source(nearMiss), beside);
};

const OTHERS: Tree = {
  'domain/tell.ts': "import { send } from './post.ts';\nexport const tell = async (): Promise<void> => { await send(); };\nexport const shape = (): string => 'told';\n",
  'domain/post.ts': "export async function send(): Promise<void> { await fetch('https://example.org'); }\n",
  'domain/messenger.ts': "export class Messenger { async tell(): Promise<void> { await fetch('https://example.org'); } }\nexport class Names { tell(): string { return 'a'; } }\nexport const clerk = { tell: () => fetch('https://example.org'), name: () => 'clerk' };\n",
  'domain/handed.ts': "export { tell as record, shape } from './tell.ts';\nexport * from './messenger.ts';\n",
  'domain/define.ts': "import { writeOperation as w } from '../kernel/operation.ts';\nexport const define = w<object>();\nexport const guarded = <D>(definition: D): D => w<object>()(definition);\n",
};

/** A file beside which others are judged. */
const NO_WRITE = 'export const create = writeOperation<object>()({ run: () => 1 });\n';
/** Names that are given their functions after they were declared. */
const LATER = "export let go: () => unknown;\ngo = () => fetch('https://example.org');\nexport let stay: () => unknown;\nstay = () => 1;\nconst clerk: { go?: () => unknown } = {};\nclerk.go = () => fetch('https://example.org');\nconst other: { go?: () => unknown } = {};\nother.go = () => 1;\nclass Clerk { declare go: () => unknown; }\nClerk.prototype.go = () => fetch('https://example.org');\nclass Other { declare go: () => unknown; }\nOther.prototype.go = () => 1;\n";

/** How I/O that is not the transaction's may get into a write. */
export const FOREIGN_IO: readonly Plant[] = [
  runs('in the open', "await fetch('https://example.org');", "await scope.keys.insert();"),
  plant('beside a read, which holds no locks', "export const create = writeOperation<object>()({ run: () => fetch('https://example.org') });\n", "import { readOperation } from '../kernel/operation.ts';\nexport const create = readOperation<object>()({ run: () => fetch('https://example.org') });\nexport const other = writeOperation<object>()({ run: () => 1 });\n"),
  runs('not waited for', "void fetch('https://example.org');", "void scope.keys.insert();"),
  runs('among others', "await Promise.all([scope.keys.insert(), fetch('https://example.org')]);", 'await Promise.all([scope.keys.insert(), scope.keys.insert()]);'),
  runs('of the global object', "await globalThis['fet' + 'ch']('https://example.org');", 'await globalThis.queueMicrotask(() => {});'),
  runs('under a name of its own', "const ask = fetch;\n  await ask('https://example.org');", "const ask = async (where: string): Promise<string> => where;\n  await ask('https://example.org');"),
  runs('taken of the global object', "const { fetch: ask } = globalThis;\n  await ask('https://example.org');", "const { structuredClone: ask } = globalThis;\n  await ask('https://example.org');"),
  runs('taken of the global object in a default', "const ask = ({ fetch: get } = globalThis): unknown => get('https://example.org');\n  await ask();", "const ask = ({ structuredClone: get } = globalThis): unknown => get('https://example.org');\n  await ask();"),
  runs('taken of a module', "const { connect } = net;\n  connect(1);", "const { isIP } = net;\n  isIP('a');", "import * as net from 'node:net';\n"),
  runs('as a parameter that is only called so', "await fetch('https://example.org');", "const told = (fetch: (where: string) => Promise<void>): Promise<void> => fetch('tenants');\n  await told(async () => {});"),
  runs('as a default', "const ask = (get = fetch): unknown => get('https://example.org');\n  await ask();", "const ask = (get = String): unknown => get('https://example.org');\n  await ask();"),
  runs('in a getter', "const now = { get rate() { return fetch('https://example.org'); } };\n  await now.rate;", "const now = { get rate() { return 1; } };\n  await now.rate;"),
  runs('as time that passes', 'await new Promise((resolve) => setTimeout(resolve, 5));', 'await new Promise((resolve) => queueMicrotask(resolve as () => void));'),
  runs('as time that passes, by promises', 'await pause(5);', 'void [5];', "import { setTimeout as pause } from 'node:timers/promises';\n"),
  runs('as a file', "await readFile('a');", "void [isIP('a')];", "import { readFile } from 'node:fs/promises';\nimport { isIP } from 'node:net';\n"),
  runs('as a namespace of files', "await fs.promises.readFile('a');", "await path.join('a');", "import * as fs from 'fs';\nimport * as path from 'node:path';\n"),
  runs('as a module asked for in place', "const { readFile } = await import('node:fs/promises');\n  await readFile('a');", "const { join } = await import('node:path');\n  join('a');"),
  runs('as a builtin asked of the process', "process.getBuiltinModule('node:fs').readFileSync('a');", "process.getBuiltinModule('node:path').join('a');"),
  runs('as a module required', "load('node:child_process').execSync('ls');", "load('node:path').join('a');", "import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\n"),
  runs('as mail', 'await mailer.createTransport({}).sendMail({});', 'await scope.keys.insert();', "import mailer from 'nodemailer';\n"),
  runs('as another database', "await new Pool().query('select 1');", "const row: QueryResult | null = null;\n  void row;", "import { Pool, type QueryResult } from 'pg';\n"),
  runs('by a function of its file', 'await tell();', 'await told();', "const tell = (): Promise<unknown> => fetch('https://example.org');\nconst told = async (): Promise<void> => {};\nexport const outside = tell;\n"),
  runs('by a function of another file that asks a third', 'await tell();', 'shape();', "import { shape, tell } from './tell.ts';\n", OTHERS),
  runs('by a function that was renamed on the way', 'await record();', 'shape();', "import { record, shape } from './handed.ts';\n", OTHERS),
  runs('by a class of another file', 'await new Messenger().tell();', 'new Names().tell();', "import { Messenger, Names } from './handed.ts';\n", OTHERS),
  runs('by an object of another file', 'await clerk.tell();', 'clerk.name();', "import { clerk } from './messenger.ts';\n", OTHERS),
  runs('by a module of the tree asked for in place', "await (await import('./tell.ts')).tell();", "(await import('./tell.ts')).shape();", '', OTHERS),
  runs('handed to another function', "['https://example.org'].map(fetch);", "['https://example.org'].map(String);"),
  plant('in a function that is defined apart', "async function run(): Promise<void> { await fetch('https://example.org'); }\nexport const create = writeOperation<object>()({ run });\n", "async function run(): Promise<void> {}\nasync function later(): Promise<void> { await fetch('https://example.org'); }\nexport const create = writeOperation<object>()({ run });\nexport const other = later;\n"),
  plant('in a definition that is written apart', "const definition = { async run(): Promise<void> { await fetch('https://example.org'); } };\nexport const create = writeOperation<object>()(definition);\n", "const definition = { async run(): Promise<void> {}, async later(): Promise<void> { await fetch('https://example.org'); } };\nexport const create = writeOperation<object>()(definition);\n"),
  plant('spread into the definition', "const base = { run: () => fetch('https://example.org') };\nexport const create = writeOperation<object>()({ ...base, anchor: 'key.create' });\n", "const base = { run: () => 1, after: () => fetch('https://example.org') };\nexport const create = writeOperation<object>()({ ...base, anchor: 'key.create' });\n"),
  plant('by another name of what defines a write', "const define = writeOperation<object>();\nexport const create = define({ run: () => fetch('https://example.org') });\n", "const define = writeOperation<object>();\nexport const create = define({ run: () => 1, summary: () => fetch('https://example.org') });\n"),
  plant('by what another file made of it', "import { define } from './define.ts';\nexport const create = define({ run: () => fetch('https://example.org') });\nexport const w = writeOperation;\n", "import { define } from './define.ts';\nexport const create = define({ run: () => 1 });\nexport const w = writeOperation;\n", OTHERS),
  plant('by a function that hands the definition on', "import { guarded } from './define.ts';\nexport const create = guarded({ run: () => fetch('https://example.org') });\nexport const w = writeOperation;\n", "import { guarded } from './define.ts';\nexport const create = guarded({ run: () => 1 });\nexport const w = writeOperation;\n", OTHERS),
  plant('in what a write tells', "export const create = writeOperation<object>()({ run: () => 1, events: () => [fetch('https://example.org')] });\n", "export const create = writeOperation<object>()({ run: () => 1, events: () => [] });\n"),
  plant('in the fact of a write', "import { fact } from '../kernel/operation.ts';\nexport const rate = fact({ load: () => fetch('https://example.org') });\nexport const w = writeOperation;\n", "import { fact } from '../kernel/operation.ts';\nexport const rate = fact({ load: () => 1 });\nexport const w = writeOperation;\n"),
  plant('in a rule of a write', "import * as kernel from '../kernel/operation.ts';\nexport const rate = kernel.invariant({ holds: () => fetch('https://example.org') });\nexport const w = writeOperation;\n", "import * as kernel from '../kernel/operation.ts';\nexport const rate = kernel.invariant({ holds: () => true });\nexport const w = writeOperation;\n"),
  ...[
    ['in a driver, which only ever runs inside one', "await fetch('https://example.org');"],
    ['in a driver, by a timer of the language', 'AbortSignal.timeout(5);'],
    ['in a driver, by what the process has', 'process.stdin.read();'],
  ].map(([disguise = '', body = '']) => plant(disguise, NO_WRITE, NO_WRITE, {
    'drivers/tokens.ts': `export class TokenWriter { async lock(): Promise<void> { ${body} } }\n`,
  }, { 'drivers/tokens.ts': 'export class TokenWriter { async lock(): Promise<void> { AbortSignal.any([]); process.cwd(); } }\n' })),
  runs('waited for as an event', "await once(scope.keys, 'told');", "new EventEmitter().emit('told');", "import { EventEmitter, once } from 'node:events';\n"),
  runs('of the global object, by a name that nobody can tell', 'await globalThis[scope.keys.name]();', 'typeof globalThis;'),
  runs('by a name that is given its function later', 'await go();', 'await stay();', LATER),
  runs('by a member that is given its function later', 'await clerk.go();', 'await other.go();', LATER),
  runs('by a method that a class is given later', 'await new Clerk().go();', 'await new Other().go();', LATER),
  runs('by a function of another file that is given later', 'await go();', 'await stay();', "import { go, stay } from './later.ts';\n", { 'domain/later.ts': LATER }),
  runs('by a namespace', 'await Post.go();', 'await Other.go();', "namespace Post { export const go = () => fetch('https://example.org'); }\nnamespace Other { export const go = () => 1; }\n"),
  runs('by the rest of what another file has', 'await rest.tell();', 'await stay();', "import * as told from './tell.ts';\nconst { ...rest } = told;\nconst stay = () => 1;\n", OTHERS),
];

const opaque = (disguise: string, violation: string, nearMiss: string): Plant => ({ ...plant(disguise, violation, nearMiss), rule: 'transactions/opaque-write' });
const PLAIN = 'export const create = writeOperation<object>()({ run: () => 1 });\n';

/** How a write may be defined so that nobody can tell what it does. */
export const OPAQUE_WRITES: readonly Plant[] = [
  opaque('out of a list', "const [make] = [writeOperation];\nexport const create = make<object>()({ run: () => fetch('https://example.org') });\n", PLAIN),
  opaque('out of a table', "export const create = ({ write: writeOperation })['write']<object>()({ run: () => fetch('https://example.org') });\n", PLAIN),
  opaque('by reflection', "export const create = Reflect.apply(writeOperation(), undefined, [{ run: () => fetch('https://example.org') }]);\n", PLAIN),
  opaque('by call', "export const create = writeOperation().call(undefined, { run: () => fetch('https://example.org') });\n", PLAIN),
  opaque('of what a function answers', "const definition = () => ({ run: () => fetch('https://example.org') });\nexport const create = writeOperation()(definition());\n", "const definition = { run: () => 1 };\nexport const create = writeOperation()(definition);\n"),
  opaque('of each of a list', 'const all = [{ run: () => 1 }];\nexport const made = all.map(writeOperation() as never);\n', "import { readOperation } from '../kernel/operation.ts';\nconst all = [{ run: () => 1 }];\nexport const made = all.map(readOperation() as never);\nexport const create = writeOperation<object>()({ run: () => 1 });\n"),
];
