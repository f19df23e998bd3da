import { escapeLiteral } from 'pg';
import { SCHEMAS } from './search-path.ts';
import type { Statement } from './sql.ts';

/** What a session of PostgreSQL is set to, by the names that `set_config` knows. */
export type SessionSettings = Readonly<Record<string, string>>;

/** Where every row is asked for by its key: plans that ask indexes, in the order in which the joins are written, made once. */
export const BY_KEY: SessionSettings = {
  plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off', jit: 'off', join_collapse_limit: '1',
};

const ALL: SessionSettings = { role: 'hoc_app', search_path: SCHEMAS, TimeZone: 'UTC' };

/**
 * Of transactions. A wait for a lock ends before the kernel's patience does. No timeout of statements or of idle transactions: the server sets and
 * clears a timer for each at every statement, a quarter of what a write costs it, and the client's own deadline ends them anyway.
 */
export const FOR_TRANSACTIONS: SessionSettings = { ...ALL, lock_timeout: '4s' };

const FOR_LANES: SessionSettings = { ...ALL, lock_timeout: '1s', ...BY_KEY };

/** Of statements that ask for the truth, over all tenants. They read: each form says so in its own way. */
export const FOR_TRUTH: SessionSettings = { ...FOR_LANES, 'hoc.verify': 'on' };

/**
 * Of statements over the meters of all tenants. Whoever has waited for a row reads it as it is then, whatever the database's own default is.
 * Where somebody holds a row for long, there is time left to ask for the other tenants of the batch by themselves.
 */
export const FOR_METERS: SessionSettings = { ...FOR_LANES, lock_timeout: '500ms', default_transaction_isolation: 'read committed', 'hoc.meter': 'on' };

/** As the select list of one statement. */
export const assignments = (settings: SessionSettings, isLocal: boolean): string =>
  Object.entries(settings).map(([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, ${isLocal})`).join(', ');

/** Nothing is believed of a standby, which may not know yet what its primary has answered. */
export const ON_PRIMARY = 'public.hoc_on_primary()';

/** What a session that is this process's own is set to once, when it is opened. */
export const forSession = (settings: SessionSettings): string => `select ${ON_PRIMARY}, ${assignments(settings, false)}`;

/**
 * What each transaction is set to in a session that a pooler lends for it: nothing of it is left when the transaction ends.
 * @param purpose names the statement; one purpose, one list of settings
 */
export const forTransaction = (purpose: string, settings: SessionSettings): Statement => ({
  name: `settings.${purpose}`, text: `select ${ON_PRIMARY}, ${assignments(settings, true)}`,
});
