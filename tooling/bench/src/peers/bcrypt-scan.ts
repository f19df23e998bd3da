import { randomBase62 } from '@hoc/l5-engines/base62';
import { compare, hash } from 'bcrypt';
import { Pool } from 'pg';
import { asked } from '../servers/installation.ts';
import type { Peer } from './peer.ts';

const COST = 10;
const CONNECTIONS = 16;

/**
 * What people have who treat keys like passwords: a bcrypt hash says nothing about which row it stands in, so each is tried until one
 * fits. It is measured with few keys: with n times as many it takes n times as long.
 */
export const bcryptScan: Peer = {
  summary: `bcrypt 6.0.0 at cost ${COST}, all rows tried in turns`,
  newToken: (randomBytes) => randomBase62(40, randomBytes),
  load: async (databaseUrl, keys) => {
    await asked(databaseUrl, 'create table if not exists bcrypt_keys (id text primary key, hash text not null, is_live boolean not null)');
    await asked(databaseUrl, 'truncate bcrypt_keys');
    const hashes = await Promise.all(keys.map(({ token }) => hash(token, COST)));
    await asked(databaseUrl, 'insert into bcrypt_keys select * from unnest($1::text[], $2::text[], $3::boolean[])', [keys.map(({ id }) => id), hashes, keys.map(({ isValid }) => isValid)]);
  },
  open: async (databaseUrl) => {
    const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
    return {
      verify: async (token) => {
        const { rows } = await pool.query<{ id: string; hash: string; isLive: boolean }>({ name: 'all', text: 'select id, hash, is_live as "isLive" from bcrypt_keys' });
        for (const { id, hash: stored, isLive } of rows) {
          if (await compare(token, stored)) return isLive ? { valid: true, keyId: id } : { valid: false };
        }
        return { valid: false };
      },
    };
  },
};
