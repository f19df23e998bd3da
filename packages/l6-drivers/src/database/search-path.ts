/**
 * Where names of tables lead, whatever a database, a role or a schema called `hoc_app` would have them lead to. A table of the same
 * name in another schema has no row-level security.
 */
export const SCHEMAS = 'public, pg_temp';
