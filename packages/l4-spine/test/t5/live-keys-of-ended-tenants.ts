import type { Stage } from './stage.ts';

/** The live keys of those among these tenants that were terminated, counted on the rows themselves: there must be none. */
export const liveKeysOfEndedTenants = async ({ db }: Stage, tenants: readonly string[]): Promise<readonly string[]> => {
  const rows = await db.asOwner<{ id: string }>(
    `select key.id from api_keys as key join tenants as tenant using (tenant_id)
      where tenant.tenant_id = any($1) and tenant.status in ('TERMINATED', 'ARCHIVED')
        and key.status <> 'REVOKED' and (key.expires_at is null or key.expires_at > now())`,
    [tenants],
  );
  return rows.map(({ id }) => id);
};
