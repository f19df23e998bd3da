import type { Database } from './database.ts';
import type { Sql } from './sql.ts';
import { Transaction } from './transaction.ts';

/**
 * One short transaction for one tenant, beside the kernel's: for the server's own bookkeeping, which tells no events and leaves no
 * audit entry. What `work` writes is committed when it answers, and rolled back when it throws.
 */
export async function inOwnTransaction<Value>(database: Database, tenantId: string, work: (sql: Sql) => Promise<Value>): Promise<Value> {
  const transaction = new Transaction<Sql>(await database.session(), tenantId, (sql) => sql, { newEventId: noEvents });
  try {
    const value = await work(transaction.scope);
    await transaction.commit();
    return value;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

function noEvents(): never {
  throw new Error('bookkeeping tells no events');
}
