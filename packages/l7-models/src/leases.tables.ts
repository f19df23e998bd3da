import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { tableOf, type TableOf } from './table-of.ts';

/** Who does something that only one server at a time may do, and until when unless it is renewed. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly expiresAt: Date;
}

/** Reference table. */
export const leases: TableOf<Lease> = tableOf<Lease>()(
  pgTable('leases', { name: text('name').primaryKey(), holder: text('holder').notNull(), expiresAt: instant('expires_at').notNull() }),
);
