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

/** The floor: one HMAC and one prepared select by a unique index, and nothing else that a product needs. */
export const bareSelect = (pipeline: boolean): Peer => ({
  summary: pipeline ? 'a bare prepared select, pipelined on two connections' : `a bare prepared select, pool of ${CONNECTIONS}`,
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
    const pool = new Pool({ connectionString: databaseUrl, max: pipeline ? 2 : CONNECTIONS, pipeline });
    return {
      verify: async (token) => {
        const { rows: [row] } = await pool.query<{ id: string; status: string; permissions: string[] }>({ name: 'bare', text: SELECT, values: [digest(token)] });
        return row?.status === 'ACTIVE' ? { valid: true, keyId: row.id, permissions: row.permissions } : { valid: false };
      },
    };
  },
});
