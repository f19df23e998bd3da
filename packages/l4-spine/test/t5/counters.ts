import type { Cast, Stage } from './stage.ts';

/** What a tenant's counters say, by their names. */
export async function countersOf(stage: Stage, tenant: Cast): Promise<Readonly<Record<string, number>>> {
  const rows = await stage.db.asOwner<{ counter: string; value: number }>('select counter, value from tenant_counters where tenant_id = $1', [tenant.id]);
  return Object.fromEntries(rows.map(({ counter, value }) => [counter, value]));
}
