/** One statement, known by its name on every connection: parsed and planned once, then only bound. */
export interface Statement {
  /** `<thing>.<what it does>`, at most 63 bytes; one name, one text. */
  readonly name: string;
  readonly text: string;
}

/** What a statement's parameters may be. Arrays are arrays of text; JSON is passed through {@link json}. */
export type Param = string | number | boolean | Date | null | readonly (string | null)[] | readonly (number | null)[];

/**
 * Where drivers send statements. A statement is sent when `run` is called, in the order of the calls, before any answer is awaited.
 * Rows have the names and types that the statement's own select list gives them; see {@link columns}.
 */
export interface Sql {
  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]>;
}

/** A row as the server writes it: the text of each column in the order of the select list, null for NULL. */
export type TextRow = readonly (string | null)[];

/** A statement whose rows are wanted as texts. */
export interface Texts {
  readonly statement: Statement;
  readonly params: readonly Param[];
}

/** Where the truth is asked for: rows by the thousand, whose columns their reader knows better than any parser of all columns does. */
export interface TextSql extends Sql {
  /** Sends the statements together, before any answer is awaited; answers the rows of each. One that fails fails all of them. */
  texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]>;
}

/** A value for a `jsonb` column; SQL's NULL for null. */
export const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
