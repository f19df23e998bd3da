import { escapeLiteral } from 'pg';

/**
 * The text that begins a transaction for one tenant: row-level security shows that tenant's rows until its end. One message,
 * for every message costs the server a flush of its own. The tenant is set by HOC's own function (SCALE-OUT.md, rule 9).
 */
export const beginFor = (tenantId: string, characteristics: string = ''): string =>
  `begin ${characteristics}; select hoc_set_tenant(${escapeLiteral(tenantId)})`;
