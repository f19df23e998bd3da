import type { Sql, Statement } from '../database/sql.ts';
import { Batch } from './batch.ts';
import type { Reading, Taken, Taking } from './meter.ts';

const TAKE: Statement = {
  name: 'meters.take',
  text: 'select hoc_take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as "answer"',
};

/** Takes for all of them by one statement, one after the other, each all or nothing. The answers stand in their order. */
export async function takeAll(sql: Sql, takings: readonly Taking[]): Promise<Taken[]> {
  const batch = new Batch(takings);
  const [row] = await sql.run<{ answer: readonly number[] }>(TAKE, batch.params());
  if (row === undefined) throw new Error('hoc_take has not answered');
  return read(row.answer, takings, batch);
}

/**
 * What the function has decided, told to each taking. It answers what counted before the batch and who was refused; what each meter
 * said follows from that by going through the takings once more.
 */
function read(answer: readonly number[], takings: readonly Taking[], batch: Batch): Taken[] {
  const count = batch.meterCount;
  const at = (place: number, numbers: readonly number[] = answer): number => {
    const value = numbers[place];
    if (value === undefined) throw new Error('hoc_take has answered less than it was asked');
    return value;
  };
  const nowMs = at(0);
  // By the number of the meter, from 1.
  const used = answer.slice(0, 1 + count);
  let demand = 0;
  let refusal = 1 + 2 * count;
  return takings.map(({ meters, cost }, number) => {
    const isTaken = answer[refusal] !== number + 1;
    if (!isTaken) refusal += 1;
    const readings = meters.map(({ kind, limit }): Reading => {
      const meter = batch.numberOf(demand);
      demand += 1;
      const demanded = kind === 'CONCURRENCY' ? 1 : cost;
      const most = kind === 'CREDITS' ? 0 : limit;
      const counted = at(meter, used) + (isTaken ? demanded : 0);
      used[meter] = counted;
      if (isTaken && kind === 'CREDITS' && cost > 0) for (const twin of batch.twinsOf(meter)) used[twin] = counted;
      const refusedMs = isTaken ? 0 : at(refusal);
      if (!isTaken) refusal += 1;
      const allowed = isTaken || counted + demanded <= most;
      // What was first taken by this batch is the first to stop counting.
      const first = at(count + meter) || (counted > 0 ? batch.expiryOf(meter, nowMs) : 0);
      return { allowed, remaining: Math.max(0, most - counted), resetMs: allowed ? Math.max(0, first - nowMs) : refusedMs };
    });
    return { isTaken, readings, at: new Date(nowMs) };
  });
}
