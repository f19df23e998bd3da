import { createHash } from 'node:crypto';
import { apiKey } from '@better-auth/api-key';
import { randomBase62 } from '@hoc/l5-engines/base62';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { Pool } from 'pg';
import { asked } from '../servers/installation.ts';
import type { Peer } from './peer.ts';

/** How its operator has set it up. */
export type BetterAuthSetting = 'BEST' | 'DEFAULT';

const SECRET = 'the load harness needs no secret, but better-auth does';
const BASE_URL = 'http://127.0.0.1';
const USER = 'bench-user';

/**
 * better-auth with its API-key plugin, on the same PostgreSQL, limiter off in both: by default it lets a key be used ten times a day.
 * BEST is what its pages name for speed with keys in the database: updates and clean-up in background tasks, metadata off, no log.
 * Its secondary storage is a cache that answers for the database, which no exact verification may.
 */
function setUp(databaseUrl: string, setting: BetterAuthSetting) {
  const isBest = setting === 'BEST';
  return betterAuth({
    database: new Pool({ connectionString: databaseUrl, ...(isBest ? { max: 16 } : {}) }),
    secret: SECRET, baseURL: BASE_URL, telemetry: { enabled: false },
    plugins: [apiKey({ rateLimit: { enabled: false }, ...(isBest ? { deferUpdates: true, enableMetadata: false } : {}) })],
    ...(isBest ? { logger: { disabled: true }, advanced: { backgroundTasks: { handler: (task: Promise<unknown>) => void task.catch(() => {}) } } } : {}),
  });
}

/** As its default hasher stores them. */
const stored = (token: string): string => createHash('sha256').update(token).digest('base64url');

export const betterAuthPeer = (setting: BetterAuthSetting): Peer => ({
  summary: setting === 'BEST' ? 'better-auth 1.7.5, keys in the database, deferred updates, background tasks, no log, pool of 16' : 'better-auth 1.7.5, as it comes but for the limiter',
  newToken: (randomBytes) => randomBase62(64, randomBytes),
  load: async (databaseUrl, keys) => {
    const auth = setUp(databaseUrl, setting);
    const { runMigrations } = await getMigrations(auth.options);
    await runMigrations();
    await asked(databaseUrl, `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values ($1, 'Bench', 'bench@example.com', true, now(), now()) on conflict do nothing`, [USER]);
    await asked(databaseUrl, 'truncate apikey');
    const { id } = await auth.api.createApiKey({ body: { userId: USER, name: 'load' } });
    await asked(
      databaseUrl,
      `insert into apikey select made.* from (select to_jsonb(apikey) as row from apikey where id = $1) as template, unnest($2::text[], $3::text[], $4::boolean[], $5::integer[]) as new (id, key, enabled, remaining),
        lateral jsonb_populate_record(null::apikey, template.row || jsonb_build_object('id', new.id, 'key', new.key, 'enabled', new.enabled, 'remaining', new.remaining)) as made`,
      [id, keys.map((key) => key.id), keys.map(({ token }) => stored(token)), keys.map(({ isValid }) => isValid), keys.map(({ remaining }) => remaining)],
    );
    await asked(databaseUrl, 'delete from apikey where id = $1', [id]);
    await asked(databaseUrl, 'vacuum analyze apikey');
  },
  open: async (databaseUrl) => {
    const { api } = setUp(databaseUrl, setting);
    return {
      verify: async (token) => {
        const { valid, key } = await api.verifyApiKey({ body: { key: token } });
        return valid && key !== null ? { valid, keyId: key.id, permissions: key.permissions } : { valid: false };
      },
    };
  },
});
