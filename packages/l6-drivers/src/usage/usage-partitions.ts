import { PLATFORM } from '@hoc/l7-models/platform';
import type { Database } from '../database/database.ts';
import { inOwnTransaction } from '../database/own-transaction.ts';
import type { Statement } from '../database/sql.ts';

const KEEP: Statement = { name: 'usage.keep', text: 'select made, dropped from hoc_keep_usage($1, $2)' };

export interface UsagePartitions {
  /** How many months are kept, the present one included. */
  readonly keepMonths: number;
  /** For how many months after the present one there are partitions. */
  readonly aheadMonths: number;
}

/**
 * Makes the partitions of the present month and of those ahead, and drops those that are older than what is kept: the names of both.
 * Which month is the present one is told by the database's clock: what is dropped does not come back.
 */
export async function keepUsagePartitions(
  database: Database,
  { keepMonths, aheadMonths }: UsagePartitions,
): Promise<{ readonly made: readonly string[]; readonly dropped: readonly string[] }> {
  const [done] = await inOwnTransaction(database, PLATFORM, (sql) => sql.run<{ made: string[]; dropped: string[] }>(KEEP, [keepMonths, aheadMonths]));
  return done ?? { made: [], dropped: [] };
}
