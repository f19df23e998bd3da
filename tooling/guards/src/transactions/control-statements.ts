import { sqlPiecesOf } from './sql-pieces.ts';

/** The transaction control that a text may hold beside SQL's own statements: how rows are shown to one tenant. */
export interface TenantSettings {
  /** Names of settings that nobody else may set: `hoc.tenant`. */
  readonly settings: readonly string[];
  /** Functions that nobody else may call: `hoc_set_tenant`. */
  readonly functions: readonly string[];
}

/** What stands in a text for what cannot be told. */
export const HOLE = '\uE000';

const MODE = String.raw`(?:isolation\s+level\s+(?:serializable|repeatable\s+read|read\s+(?:un)?committed|\uE000)|read\s+(?:only|write|\uE000)|(?:not\s+)?deferrable|\uE000)`;
const MODES = String.raw`(?:${MODE}(?:\s*,\s*|\s+|$))*`;
const NAME = String.raw`(?:"[^"]+"|[a-z_\uE000][\w$\uE000]*|'[^']*')`;
const CHAIN = String.raw`(?:\s+and\s+(?:no\s+)?chain)?`;

interface Form {
  readonly is: string;
  readonly pattern: RegExp;
  /** Whether a person may write the same in good faith: then it counts only where SQL is expected. */
  readonly isPlainWord?: (statement: string) => boolean;
}

const always = (): boolean => true;
const form = (is: string, pattern: string, isPlainWord?: Form['isPlainWord']): Form => ({ is, pattern: new RegExp(`^${pattern}$`, 'i'), ...(isPlainWord === undefined ? {} : { isPlainWord }) });

/** Statements of PostgreSQL's grammar (and SQLite's and MySQL's kinds of begin) that begin, mark or end a transaction. */
const forms = (): readonly Form[] => [
  form('BEGIN', String.raw`begin(?:\s+(?:work|transaction|tran|deferred|immediate|exclusive|concurrent))*(?:\s+${MODES})?\s*`, (text) => /^begin(?:\s+\uE000|\s+work)?\s*$/i.test(text)),
  form('START TRANSACTION', String.raw`start\s+transaction(?:\s+${MODES}|\s+with\s+consistent\s+snapshot)?\s*`, (text) => /^start\s+transaction\s+\uE000\s*$/i.test(text)),
  form('COMMIT', String.raw`(?:commit|end)(?:\s+(?:work|transaction|tran))?${CHAIN}`, (text) => !/\s(?:work|transaction|tran|chain)/i.test(text) || /^end\s+(?:work|transaction)$/i.test(text)),
  form('COMMIT PREPARED', String.raw`(?:commit|rollback)\s+prepared\s+(?:'[^']*'|\uE000|\$\d)`),
  form('ROLLBACK', String.raw`(?:rollback|abort)(?:\s+(?:work|transaction|tran))?${CHAIN}`, (text) => !/\s(?:work|transaction|tran|chain)/i.test(text) || /^abort\s/i.test(text)),
  form('ROLLBACK TO', String.raw`rollback(?:\s+(?:work|transaction))?\s+to(?:\s+savepoint)?\s+${NAME}`, (text) => !/\bsavepoint\b/i.test(text)),
  form('SAVEPOINT', String.raw`savepoint\s+${NAME}`, always),
  form('RELEASE', String.raw`release(?:\s+savepoint)?\s+${NAME}`, (text) => !/\bsavepoint\b/i.test(text)),
  form('PREPARE TRANSACTION', String.raw`prepare\s+transaction\s+(?:'[^']*'|\uE000|\$\d)`),
  form('SET TRANSACTION', String.raw`set\s+(?:(?:session|local)\s+)?transaction\s+(?:snapshot\s+\S+|${MODES})\s*`),
  form('SET SESSION CHARACTERISTICS', String.raw`set\s+session\s+characteristics\s+as\s+transaction\b[^]*`),
  form('SET ROLE', String.raw`set\s+(?:(?:session|local)\s+)?role\s*(?:\s|=|\bto\b)\s*${NAME}`, always),
  form('RESET ROLE', String.raw`reset\s+(?:role|session\s+authorization|all)`, always),
  form('SET SESSION AUTHORIZATION', String.raw`set\s+(?:(?:session|local)\s+)?session\s+authorization\s+${NAME}`),
  form('DISCARD', String.raw`discard\s+all`, always),
  form('SET transaction_…', String.raw`(?:set|reset)\s+(?:(?:session|local)\s+)?(?:default_)?transaction_(?:isolation|read_only|deferrable)\b[^]*`),
];

const FORMS = forms();
/** A statement that begins with one of these is SQL; where all of a text is, its plain words are statements as well. */
export const SQL_VERB: RegExp = /^(?:select|insert|update|delete|merge|with|create|alter|drop|truncate|set|reset|lock|copy|grant|revoke|values|do|call)\s/i;

/**
 * The transaction control in a text, by the names of the statements. Prose that begins with the same word passes, for it is
 * the grammar of the statement that must match.
 * @param isSql whether the text stands where SQL is expected: there `end` alone is a statement, elsewhere it is a word
 */
export function controlStatementsIn(text: string, tenant: TenantSettings, isSql: boolean): readonly string[] {
  const { bare, whole, bodies } = stripped(text);
  const statements = bare.split(';').map((statement) => statement.trim()).filter((statement) => statement !== '');
  const isEnded = /;\s*$/.test(bare) && statements.length > 0;
  const isScript = statements.length > 1 && statements.every((statement) => SQL_VERB.test(statement) || FORMS.some(({ pattern }) => pattern.test(statement)));
  const found = statements.flatMap((statement) => {
    // A verb in capitals is how SQL is written; events and states may be called so too where it is END or ABORT, notes where it is RELEASE.
    const isShouted = /^[A-Z]+\b/.test(statement) && !/^(?:END|ABORT|RELEASE)\b/.test(statement);
    const match = FORMS.find(({ pattern, isPlainWord = () => false }) => pattern.test(statement) && (isSql || isScript || isEnded || isShouted || !isPlainWord(statement)));
    return match === undefined ? [] : [match.is];
  });
  return [...found, ...bodies.flatMap((body) => controlInBlock(body, tenant)), ...settingsIn(whole, [bare, ...bodies.map((body) => stripped(body).bare)].join(';'), tenant)];
}

/** The tenant's settings that a text touches. @param bare what of it is no literal */
function settingsIn(text: string, bare: string, { settings, functions }: TenantSettings): readonly string[] {
  const found: string[] = [];
  for (const [, first = ''] of text.matchAll(/\bset_config"?\s*\(\s*([^,)]*)/gi)) {
    const literal = /^(?:E|U&)?'([^'\\]*)'(?:\s*::\s*\w+)?\s*$/i.exec(first)?.[1];
    if (literal === undefined) found.push('set_config of a setting that cannot be told');
    else if ([...settings, 'role', 'session_authorization'].some((setting) => setting.toLowerCase() === literal.toLowerCase())) found.push(`set_config of ${literal}`);
  }
  const unquoted = bare.replaceAll(/'[^']*'/g, "''").replaceAll('"', '');
  for (const setting of settings) {
    const escaped = setting.replaceAll('.', String.raw`\s*\.\s*`);
    if (new RegExp(String.raw`\b(?:set\s+(?:(?:local|session)\s+)?${escaped}\s*(?:=|\bto\b|\bfrom\b)|reset\s+${escaped}\s*(?:;|$))`, 'i').test(unquoted)) found.push(`SET ${setting}`);
  }
  for (const name of functions) if (new RegExp(String.raw`\b${name}\s*\(`, 'i').test(unquoted)) found.push(`a call of ${name}`);
  return found;
}

/** A literal in what was cut: no sign of it ends or begins anything. */
const plainly = (value: string): string => `'${value.replaceAll(/[;'"]/g, ' ')}'`;

/** Statements alone: without comments and literals' signs; and the blocks of code among them. */
function stripped(text: string): { readonly bare: string; readonly whole: string; readonly bodies: readonly string[] } {
  const bodies: string[] = [];
  let bare = '';
  let whole = '';
  for (const { is, value } of sqlPiecesOf(text)) {
    whole += is === 'text' ? `'${value.replaceAll("'", "''")}'` : is === 'body' ? `;${value};` : value;
    if (is === 'body' || (is === 'text' && TAKES_CODE.test(bare))) bodies.push(value);
    bare += is === 'code' ? value : is === 'name' ? `"${value.replaceAll(/[;'"]/g, ' ')}"` : is === 'text' ? plainly(value) : "''";
  }
  const told = bare
    .replaceAll(/\bbegin\s+atomic\b[^]*?\bend\b/gi, ' ')
    .replaceAll(/(\bcreate\b[^;]*\btrigger\b[^;]*)\bbegin\b[^]*?\bend\b/gi, '$1');
  return { bare: told, whole, bodies };
}

/** What stands before a literal that is code: a block, or the body of a function. */
const TAKES_CODE = /(?:^|;)\s*(?:do(?:\s+language\s+\w+)?|create\s+(?:or\s+replace\s+)?(?:function|procedure)\b[^;]*\bas)\s+$/i;

/** The control in a block of code. Its own begin and end mean nothing; what it executes is a statement like any other. */
function controlInBlock(body: string, tenant: TenantSettings): readonly string[] {
  const { bare } = stripped(body);
  const executed = sqlPiecesOf(body).flatMap(({ is, value }, index, pieces) =>
    (is === 'text' || is === 'body') && /\bexecute\s*$/i.test(pieces[index - 1]?.value ?? '') ? controlStatementsIn(value, tenant, true) : []);
  return [...(/\b(?:commit|rollback)\s*(?:;|and\s+(?:no\s+)?chain\b)/i.test(bare) ? ['COMMIT in a block'] : []), ...executed];
}
