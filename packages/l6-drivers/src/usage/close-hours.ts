import type { Sql, Statement } from '../database/sql.ts';

const CLOSE: Statement = {
  name: 'usage.close_hours', text: 'select closed, last_tenant as "tenant", last_key as "key" from hoc_close_hours($1, $2, $3, $4)',
};

interface Step {
  readonly closed: number;
  readonly tenant: string | null;
  readonly key: string | null;
}

/**
 * Closes the open hours of months that are not kept any more, a few keys at a time: how many there were. Their counts are gone then, as those of
 * the months are that were dropped; the last use of each key stays. What is being counted meanwhile is passed over.
 */
export async function closeHours(sql: Sql, keepMonths: number, atATime: number = 1000): Promise<number> {
  let closed = 0;
  let after: readonly [tenant: string, key: string] | null = ['', ''];
  while (after !== null) {
    const [step]: Step[] = await sql.run<Step>(CLOSE, [keepMonths, ...after, atATime]);
    closed += step?.closed ?? 0;
    after = step === undefined || step.tenant === null || step.key === null ? null : [step.tenant, step.key];
  }
  return closed;
}
