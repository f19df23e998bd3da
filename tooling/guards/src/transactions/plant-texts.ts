import type { Plant, Tree } from '../core/plant.ts';
import { HOUSE } from './planted-config.ts';

const RULE = 'transactions/raw-sql';
const HEAD = `interface Db { query(text: string | { text: string }): Promise<void>; exec(text: string): Promise<void> }\n`;

const plant = (disguise: string, violation: string, nearMiss: string, beside: Tree = {}): Plant => ({
  rule: RULE, disguise,
  violation: { ...HOUSE, ...beside, 'domain/step.ts': HEAD + violation },
  nearMiss: { ...HOUSE, ...beside, 'domain/step.ts': HEAD + nearMiss },
});
const sends = (disguise: string, violation: string, nearMiss: string): Plant =>
  plant(disguise, `export const step = (db: Db, name: string): unknown => [db, name, ${violation}];\n`, `export const step = (db: Db, name: string): unknown => [db, name, ${nearMiss}];\n`);
const WORDS: Tree = {
  'domain/words.ts': `const COM = 'com';\nexport const MIT = \`mi\${'t'}\`;\nexport const HALF = COM;\nexport enum Verb { End = 'end' }\nexport class Sql { static readonly back = 'roll'; }\nexport const parts = ['save', 'point ', 'a'] as const;\nexport const verb = (): string => 'commit';\nexport const table = 'keys';\n`,
  'domain/more-words.ts': "export { HALF as FIRST, MIT as SECOND, table as THIRD } from './words.ts';\nexport * as words from './words.ts';\n",
};

/** How transaction control may be written as text, and what only reads like it. */
export const RAW_SQL: readonly Plant[] = [
  sends('in the open', "db.query('BEGIN')", "db.query('SELECT 1')"),
  sends('in small letters', "db.exec('commit')", "db.exec('select commit from log')"),
  sends('as a lone word that is nobody\'s event', "db.query('end')", "[name].includes('end')"),
  sends('as abort', "db.query('abort')", "new AbortController().signal.addEventListener('abort', () => {})"),
  sends('in capitals, wherever it goes', "['ROLLBACK']", "['rollback']"),
  sends('in capitals, beside a comparison', "[name === 'x' ? 'COMMIT' : '']", "[name === 'COMMIT' ? 'x' : '']"),
  sends('with words after it', "['start transaction isolation level serializable, read only']", "['start transactions at noon']"),
  sends('as prose is not', "['begin transaction']", "['Begin by reading the transaction log']"),
  sends('with blanks and a new line', "db.query('  \\n\\tRoll' + 'back ;')", "db.query('  \\n\\tselect rollback from t ;')"),
  sends('behind a comment', "db.query('/* harmless */ commit -- indeed')", "db.query('/* commit */ select 1 -- commit')"),
  sends('behind a statement that is none', "db.query('select 1; commit; select 2')", "db.query(\"select '; commit; '\")"),
  sends('in a block of code', "db.query('do $$ begin perform 1; commit; end $$')", "db.query('do $$ begin perform 1; end $$')"),
  sends('as a savepoint', "db.query('savepoint one')", "db.query('select savepoint from one')"),
  sends('as a release', "db.query('release savepoint one')", "['release it to the others']"),
  sends('as a return to a savepoint', "['rollback to savepoint one']", "['roll back to the savepoint']"),
  sends('prepared for later', "db.query(\"prepare transaction 'one'\")", "db.query('prepare one as select 1')"),
  sends('as the transaction\'s properties', "db.query('set transaction isolation level read committed')", "db.query(\"set time zone 'UTC'\")"),
  sends('as the session\'s properties', "db.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')", "db.query('set session statement_timeout = 5')"),
  sends('as the tenant', "db.query(\"select set_config('app.tenant', $1, true)\")", "db.query(\"select current_setting('app.tenant', true)\")"),
  sends('as the tenant, by a setting that nobody can tell', "db.query('select set_config($1, $2, true)')", "db.query(\"select set_config('search_path', $1, true)\")"),
  sends('as the tenant, by a name that SQL puts together', "db.query(\"select pg_catalog.set_config('app.' || 'tenant', $1, true)\")", "db.query(\"select 'app.' || 'tenant'\")"),
  sends('as the tenant, in a statement', "db.query(`set local app.tenant = '${name}'`)", "db.query(`set local lock_timeout = '${name}'`)"),
  sends('as the tenant, by a function', "db.query('select 1; select \"app_set_tenant\" ($1)')", "['the role may not run app_set_tenant']"),
  sends('as a template with a hole', "db.query(`begin ${name}`)", "[`begin ${name}`]"),
  sends('as a sum', "db.query('com' + 'mit')", "db.query('com' + name)"),
  sends('as a sum that goes nowhere yet', "['com' + 'mit']", "['com' + 'ma']"),
  sends('as a list that is joined', "db.query(['com', 'mit'].join(''))", "db.query(['select', '1'].join(' '))"),
  sends('by concat', "db.query('roll'.concat('back', ' work'))", "db.query('sel'.concat('ect', ' 1'))"),
  sends('as a raw template', 'db.query(String.raw`commit`)', 'db.query(String.raw`select 1`)'),
  sends('as a tagged template', 'sql`commit`', 'html`commit`'),
  sends('as one of two', "db.query(name === '' ? 'commit' : 'select 1')", "db.query(name === 'commit' ? 'select 2' : 'select 1')"),
  sends('as what is sent where nothing else is', "db.query(globalThis.verb ?? 'commit')", "db.query(globalThis.verb ?? 'select 1')"),
  sends('in an object', "db.query({ name, text: 'commit' })", "db.query({ name: 'commit', text: 'select 1' })"),
  sends('by a method that is computed', "db['query']('commit')", "db['note']('commit')"),
  sends('in a list of one', "db.query(['commit'][0] ?? '')", "[['commit'][0] ?? '']"),
  sends('cut out of another text', "db.query('a commit b'.slice(2, 8))", "db.query('a commit b'.slice(0, 1))"),
  sends('with a piece replaced', "db.query('com-mit'.replace('-', ''))", "db.query('com-mit'.replace('-', '_'))"),
  sends('as numbers', 'db.query(String.fromCharCode(99, 111, 109, 109, 105, 116))', 'db.query(String.fromCharCode(99, 111, 109, 109, 97))'),
  sends('by call', "db.query.call(db, 'commit')", "db.exec.name.at.call('commit', 1)"),
  sends('by apply', "db.query.apply(db, ['commit'])", "Math.max.apply(null, [name === 'commit' ? 1 : 2])"),
  sends('by bind', "db.query.bind(db)('commit')", "String.bind(null)('commit')"),
  sends('by reflection', "Reflect.apply(db.query, db, ['commit'])", "Reflect.apply(String, null, ['commit'])"),
  plant('by a tag under another name', "import { sql as q } from 'postgres';\nexport const step = q`commit`;\n", "import { html as q } from 'lit';\nexport const step = q`commit`;\n"),
  plant('as a constant of its own', "const last = 'commit';\nexport const step = (db: Db): unknown => db.query(last);\n", "const last = 'commit';\nexport const step = (log: (what: string) => void): unknown => log(last);\n"),
  plant('as a constant in a function', "export const step = (db: Db): unknown => { const last = 'com' as const; const whole = `${last}mit`; return db.query(whole); };\n", "export const step = (db: Db): unknown => { const last = 'sel' as const; const whole = `${last}ect 1`; return db.query(whole); };\n"),
  plant('as a default', "export const step = (db: Db, last = 'commit'): unknown => db.query(last);\n", "export const step = (db: Db, last = 'select 1'): unknown => db.query(last);\n"),
  plant('in a loop', "export const step = (db: Db): void => { for (const last of ['begin', 'end']) void db.query(last); };\n", "export const step = (db: Db): void => { for (const last of ['begin', 'end']) void [db, last]; };\n"),
  plant('by an alias of what sends it', "export const step = ({ query: ask }: Db): unknown => ask('select 1; commit');\n", "export const step = ({ query: ask }: Db): unknown => ask('select 1');\n"),
  plant('by constants of another file', "import { HALF, MIT } from './words.ts';\nexport const step = (db: Db): unknown => db.query(HALF + MIT);\n", "import { HALF, table } from './words.ts';\nexport const step = (db: Db): unknown => db.query(`select ${HALF} from ${table}`);\n", WORDS),
  plant('by constants that were handed on', "import { FIRST, SECOND } from './more-words.ts';\nexport const step = (db: Db): unknown => db.query(`${FIRST}${SECOND}`);\n", "import { FIRST, THIRD } from './more-words.ts';\nexport const step = (db: Db): unknown => db.query(`select ${FIRST} from ${THIRD}`);\n", WORDS),
  plant('by an enum of another file', "import { Verb } from './words.ts';\nexport const step = (db: Db): unknown => db.query(Verb.End);\n", "import { Verb } from './words.ts';\nexport const step = (db: Db): unknown => [db, Verb.End];\n", WORDS),
  plant('by a static member and a namespace', "import { words } from './more-words.ts';\nexport const step = (db: Db): unknown => db.query(words.Sql.back + 'back');\n", "import { words } from './more-words.ts';\nexport const step = (db: Db): unknown => db.query('select ' + words.Sql.back);\n", WORDS),
  plant('by a list of another file', "import { parts } from './words.ts';\nexport const step = (db: Db): unknown => db.query(parts.join(''));\n", "import { parts } from './words.ts';\nexport const step = (db: Db): unknown => db.query('select ' + parts.join(', '));\n", WORDS),
  plant('by a function of its own that sends it', "const go = (db: Db, last: string): unknown => db.query(last);\nexport const step = (db: Db): unknown => go(db, 'commit');\n", "const go = (db: Db, last: string): unknown => [db, last];\nexport const step = (db: Db): unknown => go(db, 'commit');\n"),
  plant('by a method of its own that sends it', "export class Step { readonly #db: Db; constructor(db: Db) { this.#db = db; } end(): unknown { return this.#go('end'); } #go(last: string): unknown { return this.#db.query(last); } }\n", "export class Step { readonly #db: Db; constructor(db: Db) { this.#db = db; } end(): unknown { return this.#go('end'); } #go(last: string): unknown { return [this.#db, last]; } }\n"),
  plant('by a function of another file that sends it', "import { go as note } from './go.ts';\nexport const step = (db: Db): unknown => note('commit', db);\n", "import { note } from './go.ts';\nexport const step = (db: Db): unknown => note('commit', db);\n", { 'domain/go.ts': 'export const go = (last: string, db: { query(text: string): void }): void => db.query(last);\nexport const note = (last: string, db: unknown): unknown => [last, db];\n' }),
  plant('by what a function of another file answers', "import { verb } from './words.ts';\nexport const step = (db: Db): unknown => db.query(verb());\n", "import { verb } from './words.ts';\nexport const step = (db: Db): unknown => [db, verb()];\n", WORDS),
  plant('by a module asked for in place', "export const step = async (db: Db): Promise<unknown> => db.query('com' + (await import('./words.ts')).MIT);\n", "export const step = async (db: Db): Promise<unknown> => db.query('select ' + (await import('./words.ts')).MIT);\n", WORDS),
];
