import { sql } from 'drizzle-orm';
import { check, timestamp, type CheckBuilder, type PgTimestampBuilderInitial } from 'drizzle-orm/pg-core';

/** An instant, supplied by the application with millisecond precision. */
export const instant = <Name extends string>(name: Name): PgTimestampBuilderInitial<Name> => timestamp(name, { withTimezone: true, mode: 'date' });

/** A check that `column` holds one of `values`. The values are our own tuples, never input. */
export const oneOf = (name: string, column: string, values: readonly string[]): CheckBuilder =>
  check(name, sql.raw(`${column} in (${values.map((value) => `'${value}'`).join(', ')})`));
