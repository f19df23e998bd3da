import { createHmac, createSecretKey } from 'node:crypto';
import { randomBase62 } from '@hoc/l5-engines/base62';
import { Pool } from 'pg';
import { asked } from '../servers/installation.ts';
import type { Peer } from './peer.ts';

const CONNECTIONS = 16;
/** A constant: what it guards is measured and thrown away. */
const PEPPER = createSecretKey(Buffer.alloc(32, 7));
const digest = (token: string): string => createHmac('sha256', PEPPER).update(token).digest('base64url');

const SELECT = 'select id, status, permissions from bare_keys where digest = $1';
const SELECT_MANY = `select question.number, key.id, key.status, key.permissions
  from unnest($1::text[]) with ordinality as question (digest, number) join bare_keys as key on key.digest = question.digest`;
const MOST_STATEMENTS = 2;

/** How the select is sent: by itself over a pool, pipelined on two connections, or as one for all who wait meanwhile. */
export type SelectForm = 'POOL' | 'PIPELINE' | 'COALESCED';

const SUMMARIES: Readonly<Record<SelectForm, string>> = {
  POOL: `a bare prepared select, pool of ${CONNECTIONS}`,
  PIPELINE: 'a bare prepared select, pipelined on two connections',
  COALESCED: `one bare prepared select for all who wait, at most ${MOST_STATEMENTS} under way`,
};

interface Row {
  readonly id: string;
  readonly status: string;
  readonly permissions: readonly string[];
}

/** The floor: one HMAC and one prepared select by a unique index, and nothing else that a product needs. */
export const bareSelect = (form: SelectForm): Peer => ({
  summary: SUMMARIES[form],
  newToken: (randomBytes) => `bare_${randomBase62(43, randomBytes)}`,
  load: async (databaseUrl, keys) => {
    await asked(databaseUrl, 'create table if not exists bare_keys (digest text primary key, id text not null, status text not null, permissions text[] not null)');
    await asked(databaseUrl, 'truncate bare_keys');
    await asked(databaseUrl, `insert into bare_keys select new.digest, new.id, new.status, '{invoices:list,invoices:read}' from unnest($1::text[], $2::text[], $3::text[]) as new (digest, id, status)`, [
      keys.map(({ token }) => digest(token)), keys.map(({ id }) => id), keys.map(({ isValid }) => (isValid ? 'ACTIVE' : 'REVOKED')),
    ]);
    await asked(databaseUrl, 'vacuum analyze bare_keys');
  },
  open: async (databaseUrl) => {
    const pool = new Pool({ connectionString: databaseUrl, max: form === 'POOL' ? CONNECTIONS : MOST_STATEMENTS, pipeline: form === 'PIPELINE' });
    const find = form === 'COALESCED' ? coalesced(pool) : bySelf(pool);
    return {
      verify: async (token) => {
        const row = await find(digest(token));
        return row?.status === 'ACTIVE' ? { valid: true, keyId: row.id, permissions: row.permissions } : { valid: false };
      },
    };
  },
});

type Find = (digest: string) => Promise<Row | undefined>;

const bySelf = (pool: Pool): Find => async (digestOfToken) => (await pool.query<Row>({ name: 'bare', text: SELECT, values: [digestOfToken] })).rows[0];

/** Nobody joins a statement that was sent: so this is as exact as a select of one's own. */
function coalesced(pool: Pool): Find {
  let waiting: { readonly digest: string; readonly resolve: (row: Row | undefined) => void; readonly reject: (error: unknown) => void }[] = [];
  let underWay = 0;
  let isScheduled = false;
  const send = (): void => {
    isScheduled = false;
    if (waiting.length === 0 || underWay >= MOST_STATEMENTS) return;
    const batch = waiting;
    waiting = [];
    underWay += 1;
    pool.query<Row & { readonly number: string }>({ name: 'bare_many', text: SELECT_MANY, values: [batch.map((one) => one.digest)] }).then(
      ({ rows }) => {
        const found = new Map(rows.map((row) => [Number(row.number) - 1, row]));
        for (const [at, { resolve }] of batch.entries()) resolve(found.get(at));
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error);
      },
    ).finally(() => {
      underWay -= 1;
      send();
    });
  };
  return (digestOfToken) =>
    new Promise((resolve, reject) => {
      waiting.push({ digest: digestOfToken, resolve, reject });
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(send);
    });
}
