import type { Sql, Statement } from '../database/sql.ts';

const STATEMENTS: readonly Statement[] = [
  { name: 'meters.prune_windows', text: 'select last_tenant as "tenant", last_meter as "meter", deleted from hoc_prune_windows($1, $2, $3)' },
  { name: 'meters.prune_slots', text: 'select last_tenant as "tenant", last_meter as "meter", deleted from hoc_prune_slots($1, $2, $3)' },
];

interface Pruned {
  readonly tenant: string | null;
  readonly meter: string | null;
  readonly deleted: number;
}

/**
 * Deletes the meters that nothing has counted on for a day, a few at a time: how many there were. They say the same as if they were not
 * there. What is being taken from meanwhile is passed over.
 */
export async function pruneMeters(sql: Sql, atATime: number = 1000): Promise<number> {
  let deleted = 0;
  for (const statement of STATEMENTS) {
    let after: readonly [string, string] | null = ['', ''];
    while (after !== null) {
      const [row]: Pruned[] = await sql.run<Pruned>(statement, [...after, atATime]);
      deleted += row?.deleted ?? 0;
      after = row === undefined || row.tenant === null || row.meter === null ? null : [row.tenant, row.meter];
    }
  }
  return deleted;
}
