import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

/** A table whose rows are `Row`: what drivers see of it. */
export type TableOf<Row extends object> = PgTable & { readonly [Key in keyof Row]: PgColumn };

type Rows<Table> = Table extends { readonly $inferSelect: infer Row } ? Row : never;
type Matches<Table, Row> = [Rows<Table>] extends [Row] ? ([keyof Rows<Table>] extends [keyof Row] ? unknown : never) : never;

/**
 * Publishes a drizzle table under the row type that is written out beside it. Does not compile where the two differ:
 * a column too many or too few, another type, another nullability.
 */
export const tableOf =
  <Row extends object>() =>
  <Table extends TableOf<Row>>(table: Table & Matches<Table, Row>): TableOf<Row> =>
    table;
