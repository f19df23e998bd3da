import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** The select list that makes rows of the table's own row type: every column, under its name in TypeScript. */
export function columns(table: PgTable, alias: string = getTableName(table)): string {
  return Object.entries(getTableColumns(table))
    .map(([key, column]) => `${alias}.${column.name} as "${key}"`)
    .join(', ');
}

/** The names of a table's columns in the database, in the table's order. */
const columnNames = (table: PgTable): string[] => Object.values(getTableColumns(table)).map((column) => column.name);

/** `insert into <table> (…) values ($1, …)`, with one parameter per column in the table's order. */
export function insertInto(table: PgTable): string {
  const names = columnNames(table);
  return `insert into ${getTableName(table)} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`;
}
