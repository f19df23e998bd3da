import type { Sql, Statement } from '../database/sql.ts';

const END: Statement = { name: 'meters.end_leases', text: 'select hoc_end_leases($1, $2, $3, $4) as "answer"' };

/** A lease that ends now, or so many seconds from now. */
export interface LeaseEnd {
  readonly tenantId: string;
  readonly keyId: string;
  readonly leaseId: string;
  /** Null: it ends now. */
  readonly seconds: number | null;
}

/** Ends or renews all of them: when each ends, or null where its key does not hold it, or no more. */
export async function endLeases(sql: Sql, ends: readonly LeaseEnd[]): Promise<(Date | null)[]> {
  const [row] = await sql.run<{ answer: readonly number[] }>(END, [
    ends.map(({ tenantId }) => tenantId), ends.map(({ keyId }) => keyId), ends.map(({ leaseId }) => leaseId),
    ends.map(({ seconds }) => (seconds === null ? null : seconds * 1000)),
  ]);
  return ends.map((_, at) => {
    const endMs = row?.answer[at] ?? 0;
    return endMs === 0 ? null : new Date(endMs);
  });
}
