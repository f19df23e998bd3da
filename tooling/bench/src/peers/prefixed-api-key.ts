import { randomBase62 } from '@hoc/l5-engines/base62';
import { Pool } from 'pg';
import { checkAPIKey, extractLongTokenHash, extractShortToken } from 'prefixed-api-key';
import { asked } from '../servers/installation.ts';
import type { Peer } from './peer.ts';

const CONNECTIONS = 16;
const SELECT = 'select id, long_token_hash as hash, revoked_at is null as "isLive", permissions from prefixed_keys where short_token = $1';

/** prefixed-api-key as its page shows it: the short token finds the row, the hash of the long one is compared in constant time. */
export const prefixedApiKey: Peer = {
  summary: `prefixed-api-key 1.1.1 with a hand-written prepared select, pool of ${CONNECTIONS}`,
  // As its generateAPIKey makes them, but from bytes that can be had again. Its digits are base58, of which these are some.
  newToken: (randomBytes) => `bench_${randomBase62(8, randomBytes)}_${randomBase62(24, randomBytes)}`,
  load: async (databaseUrl, keys) => {
    await asked(databaseUrl, 'create table if not exists prefixed_keys (short_token text primary key, long_token_hash text not null, id text not null, revoked_at timestamptz, permissions text[] not null)');
    await asked(databaseUrl, 'truncate prefixed_keys');
    await asked(
      databaseUrl,
      `insert into prefixed_keys select new.short, new.hash, new.id, case when new.live then null else now() end, '{invoices:list,invoices:read}'
        from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as new (short, hash, id, live)`,
      [keys.map(({ token }) => extractShortToken(token)), keys.map(({ token }) => extractLongTokenHash(token)), keys.map(({ id }) => id), keys.map(({ isValid }) => isValid)],
    );
    await asked(databaseUrl, 'vacuum analyze prefixed_keys');
  },
  open: async (databaseUrl) => {
    const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
    return {
      verify: async (token) => {
        const { rows: [row] } = await pool.query<{ id: string; hash: string; isLive: boolean; permissions: string[] }>({ name: 'prefixed', text: SELECT, values: [shortOf(token)] });
        return row?.isLive === true && checkAPIKey(token, row.hash) ? { valid: true, keyId: row.id, permissions: row.permissions } : { valid: false };
      },
    };
  },
};

/** Undefined where there is none, whatever its types say; and PostgreSQL takes no NUL. */
const shortOf = (token: string): string => (extractShortToken(token) as string | undefined)?.replaceAll('\u0000', '') ?? '';
