import { Client } from 'pg';
import type { Pooling } from './session-pool.ts';

const CHECK_WITHIN_MS = 5000;
/** The server knows no statement of that name. */
const NO_SUCH_STATEMENT = '26000';

/**
 * What is wrong with how connections are pooled, as a sentence for the operator; null where nothing was found. Two connections that
 * are open at once tell: with sessions of their own they never meet in one server process, and a statement that was prepared on one of them is
 * there for as long as it is.
 */
export async function poolerProblem(url: string, pooling: Pooling): Promise<string | null> {
  const [one, other] = [opened(url), opened(url)];
  try {
    await Promise.all([one.connect(), other.connect()]);
    return await (pooling === 'session' ? sharingProblem(one, other) : preparingProblem(one, other));
  } finally {
    await Promise.all([one, other].map((client) => client.end().catch(ignore)));
  }
}

/** A pooler that lends sessions by the transaction gives to one what the other has just given back. */
async function sharingProblem(one: Client, other: Client): Promise<string | null> {
  const processes = new Set<number>();
  for (const client of [one, other, one, other]) processes.add(await processOf(client));
  return processes.size === 2 ? null : 'a pooler lends its sessions by the transaction. Set HOC_DATABASE_POOLING to transaction, or have it pool sessions';
}

/** While the other holds the session in which a statement was prepared, it is run in another one. */
async function preparingProblem(one: Client, other: Client): Promise<string | null> {
  const prepared = { name: 'hoc.pooler_check', text: 'select 1' };
  await one.query(prepared);
  await other.query('begin');
  try {
    await one.query(prepared);
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NO_SUCH_STATEMENT) {
      return 'the pooler does not keep prepared statements for its clients. It takes PgBouncer 1.21 or newer, with max_prepared_statements at 200';
    }
    // A pooler with a single session has none for two at once: that is no reason to refuse it.
    return null;
  } finally {
    await other.query('rollback').catch(ignore);
  }
}

async function processOf(client: Client): Promise<number> {
  const { rows: [row] } = await client.query<{ process: number }>('select pg_backend_pid() as process');
  return row?.process ?? 0;
}

function opened(url: string): Client {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CHECK_WITHIN_MS, query_timeout: CHECK_WITHIN_MS });
  // What is lost is told to whoever waits for it; without a listener it would end the process as well.
  client.on('error', ignore);
  return client;
}

const ignore = (): void => {};
