import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Pooling } from './session-pool.ts';

const CHECK_WITHIN_MS = 5000;
/** A pooler that takes its sessions in turn gives another one each time; one that gives the first that is free, the first time. */
const PREPARING_ATTEMPTS = 8;
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

/**
 * A pooler that lends sessions by the transaction gives to one what the other has just given back, or takes them in turn: then whoever asks twice
 * in a row meets two.
 */
async function sharingProblem(one: Client, other: Client): Promise<string | null> {
  const [ofOne, ofOther] = [new Set<number>(), new Set<number>()];
  for (const [client, met] of [[one, ofOne], [other, ofOther], [one, ofOne], [one, ofOne], [other, ofOther], [other, ofOther], [one, ofOne]] as const) met.add(await processOf(client));
  const isOwn = ofOne.size === 1 && ofOther.size === 1 && new Set([...ofOne, ...ofOther]).size === 2;
  return isOwn ? null : 'a pooler lends its sessions by the transaction. Set HOC_DATABASE_POOLING to transaction, or have it pool sessions';
}

/** While the other holds the session in which a statement was prepared, it is run in another one. */
async function preparingProblem(one: Client, other: Client): Promise<string | null> {
  // A name that nobody has used: a pooler that keeps none leaves those of former starts in its sessions.
  const prepared = { name: `hoc.pooler_check.${randomUUID()}`, text: 'select pg_backend_pid() as process' };
  try {
    const preparedIn = await processOf(one, prepared);
    for (let attempt = 0; attempt < PREPARING_ATTEMPTS; attempt += 1) {
      await other.query('begin');
      // A pooler with a single session has none for two at once: that is no reason to refuse it.
      const runIn = await processOf(one, prepared).catch(unlessLost);
      await other.query('rollback').catch(ignore);
      if (runIn !== preparedIn) return null;
    }
    return null;
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return 'the pooler does not keep prepared statements for its clients. It takes PgBouncer 1.21 or newer, with max_prepared_statements at 200';
  }
}

const isUnknown = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === NO_SUCH_STATEMENT;

function unlessLost(error: unknown): null {
  if (isUnknown(error)) throw error;
  return null;
}

async function processOf(client: Client, query: { readonly text: string; readonly name?: string } = { text: 'select pg_backend_pid() as process' }): Promise<number> {
  const { rows: [row] } = await client.query<{ process: number }>(query);
  return row?.process ?? 0;
}

function opened(url: string): Client {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CHECK_WITHIN_MS, query_timeout: CHECK_WITHIN_MS });
  // What is lost is told to whoever waits for it; without a listener it would end the process as well.
  client.on('error', ignore);
  return client;
}

const ignore = (): void => {};
