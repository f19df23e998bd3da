import type { Statement } from './sql.ts';

/** Sets the tenant that row-level security shows, until the end of the transaction. */
export const SET_TENANT: Statement = { name: 'hoc.set_tenant', text: 'select hoc_set_tenant($1)' };
