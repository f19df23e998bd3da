import type { Session } from './database.ts';
import type { Sql, Statement } from './sql.ts';

/** HOC's own function: the tenant of a transaction is set in one place (SCALE-OUT.md, rule 9). */
const SET_TENANT: Statement = { name: 'hoc.set_tenant', text: 'select hoc_set_tenant($1)' };

/** Where a transaction is begun. */
export interface Beginning extends Sql, Pick<Session, 'settings'> {
  control(text: string): Promise<string>;
}

/**
 * Sends what begins a transaction for one tenant, and waits for nothing: row-level security shows that tenant's rows until its end.
 * READ COMMITTED is said, for a database may have another default: under a snapshot that is older than its locks, a fact is stale.
 */
export function beginFor(session: Beginning, tenantId: string, characteristics: string = 'isolation level read committed'): Promise<unknown> {
  return Promise.all([begin(session, characteristics), session.run(SET_TENANT, [tenantId])]);
}

/** Sends what begins a transaction, with what the session has to be set to for it, and waits for nothing. */
export function begin(session: Beginning, characteristics: string): Promise<unknown> {
  return Promise.all([session.control(`begin ${characteristics}`), session.settings === null ? null : session.run(session.settings, [])]);
}
