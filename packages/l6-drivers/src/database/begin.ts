import { escapeLiteral } from 'pg';

/**
 * The text that begins a transaction for one tenant: row-level security shows that tenant's rows until its end. One message,
 * for every message costs the server a flush of its own. The tenant is set by HOC's own function (SCALE-OUT.md, rule 9).
 * READ COMMITTED is said, for a database may have another default: under a snapshot that is older than its locks, a fact is stale.
 */
export const beginFor = (tenantId: string, characteristics: string = 'isolation level read committed'): string =>
  `begin ${characteristics}; select hoc_set_tenant(${escapeLiteral(tenantId)})`;
