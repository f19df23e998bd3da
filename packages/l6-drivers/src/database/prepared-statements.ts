import type { Parse } from './parsers.ts';
import type { RowShape } from './row-shape.ts';

/** The statements that one connection's server has parsed and keeps, by their names, and what their rows are like. */
export class PreparedStatements {
  readonly #parserOf: (oid: number) => Parse;
  readonly #known = new Map<string, RowShape>();
  readonly #doubtful = new Set<string>();

  /** @param parserOf how values of a type are read, by its OID */
  constructor(parserOf: (oid: number) => Parse) {
    this.#parserOf = parserOf;
  }

  /** What the rows of a statement are like that the server keeps; null where it has to parse it. */
  shapeOf(name: string): RowShape | null {
    return this.#known.get(name) ?? null;
  }

  /** Whether the server may or may not keep a statement of this name: a new one must take its place. */
  isDoubtful(name: string): boolean {
    return this.#doubtful.has(name);
  }

  describe(fields: readonly { readonly name: string; readonly dataTypeID: number }[]): RowShape {
    return fields.map(({ name, dataTypeID }) => ({ name, parse: this.#parserOf(dataTypeID) }));
  }

  /** The server has executed a statement of this name, so it keeps it. `shape` null: it has no rows, or was known before. */
  know(name: string, shape: RowShape | null): void {
    this.#doubtful.delete(name);
    if (!this.#known.has(name)) this.#known.set(name, shape ?? []);
  }

  /** A statement of this name was sent in a wave that failed. */
  doubt(name: string): void {
    if (!this.#known.has(name)) this.#doubtful.add(name);
  }
}
