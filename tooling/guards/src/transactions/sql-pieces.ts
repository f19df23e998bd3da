/** One piece of a text of SQL, as PostgreSQL's lexer cuts it. */
export interface SqlPiece {
  /** `code`: words and signs as they stand; `name`: in double quotes; `text`: a literal; `body`: between dollars. Comments are blanks of code. */
  readonly is: 'code' | 'name' | 'text' | 'body';
  /** Without its quotes. */
  readonly value: string;
}

/** Where something begins that is no plain code, the longest first. */
const OPENING = /--|\/\*|\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|(?<![\w$])(?:e|b|x|n|u&)?'|(?<![\w$])(?:u&)?"|['"]/iu;

/**
 * Cuts a text into its pieces. What is opened and never closed is taken for what it says: prose has apostrophes.
 * @see https://www.postgresql.org/docs/18/sql-syntax-lexical.html
 */
export function sqlPiecesOf(text: string): readonly SqlPiece[] {
  const pieces: SqlPiece[] = [];
  let rest = text;
  for (let found = OPENING.exec(rest); found !== null; found = OPENING.exec(rest)) {
    const [opening] = found;
    if (found.index > 0) pieces.push({ is: 'code', value: rest.slice(0, found.index) });
    rest = rest.slice(found.index);
    const [piece, length] = pieceAt(rest, opening) ?? [{ is: 'code', value: opening } as const, opening.length];
    pieces.push(piece);
    rest = rest.slice(length);
  }
  if (rest !== '') pieces.push({ is: 'code', value: rest });
  return pieces;
}

function pieceAt(text: string, opening: string): readonly [SqlPiece, number] | undefined {
  if (opening === '--') {
    const end = text.indexOf('\n');
    return [BLANK, end === -1 ? text.length : end];
  }
  if (opening === '/*') return [BLANK, endOfComment(text)];
  if (opening.startsWith('$')) {
    const end = text.indexOf(opening, opening.length);
    return end === -1 ? undefined : [{ is: 'body', value: text.slice(opening.length, end) }, end + opening.length];
  }
  const quote = opening.endsWith('"') ? '"' : "'";
  const isEscaped = /^e/i.test(opening);
  const end = endOfQuoted(text, opening.length, quote, isEscaped);
  if (end === undefined) return undefined;
  const inner = text.slice(opening.length, end - 1).replaceAll(quote + quote, quote);
  return [{ is: quote === '"' ? 'name' : 'text', value: isEscaped ? inner.replaceAll(/\\(.)/gs, '$1') : inner }, end];
}

const BLANK: SqlPiece = { is: 'code', value: ' ' };

/** Comments hold comments. */
function endOfComment(text: string): number {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/\/\*|\*\//g)) {
    depth += sign === '/*' ? 1 : -1;
    if (depth === 0) return index + 2;
  }
  return text.length;
}

/** What stands behind the quote that closes; a doubled one is a sign of the text. */
function endOfQuoted(text: string, from: number, quote: string, isEscaped: boolean): number | undefined {
  for (let index = from; index < text.length; index += 1) {
    if (isEscaped && text[index] === '\\') index += 1;
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index + 1;
      index += 1;
    }
  }
  return undefined;
}
