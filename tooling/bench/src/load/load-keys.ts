import { join } from 'node:path';
import { digestOf } from '@hoc/l5-engines/digest';
import { mintToken } from '@hoc/l5-engines/token';
import { Client } from 'pg';
import { Api } from '../servers/api.ts';
import { asked, type LoadInstallation } from '../servers/installation.ts';
import type { LoadTenant } from '../servers/tenants.ts';
import { PopulationWriter } from './population-writer.ts';
import { idOf, isSuspended, stateOf, type Description, type KeyState } from './population.ts';
import { seeded, type Random } from '@hoc/testbed/random';
import { seededBytes } from './seeded-bytes.ts';

const CHUNK = 5000;

/** Where keys are loaded: a server that serves, and the database below it. */
export interface Ground extends Pick<LoadInstallation, 'folder' | 'databaseUrl' | 'peppers' | 'tenants' | 'operatorToken'> {
  readonly url: string;
}

export interface LoadedKeys {
  /** Of the population, for plans. */
  readonly folder: string;
  readonly description: Description;
}

export interface KeyLoad {
  /** Tokens in the right form that nobody issued, half of them of a tenant that there is. Default: 20 000. */
  readonly unknown?: number;
  readonly seed?: number;
  /** What all keys have besides: more of the input of their making. */
  readonly settings?: object;
}

/** Fills an installation with keys, by a server that is stopped again. */
export async function fill(installation: LoadInstallation, keys: number, load: KeyLoad = {}): Promise<LoadedKeys> {
  const server = await installation.startServer();
  try {
    return await loadKeys({ ...installation, url: server.url }, keys, load);
  } finally {
    await server.stop();
  }
}

/**
 * Fills a database with keys: rows like the one that the server makes itself, with digests of real tokens, written by many-row
 * inserts as the owner of the tables. Some are revoked, expired, frozen or of an archived project, and some tenants are suspended.
 */
export async function loadKeys(ground: Ground, keys: number, { unknown = 20_000, seed = 1, settings = {} }: KeyLoad = {}): Promise<LoadedKeys> {
  const { tenants, databaseUrl, peppers, url } = ground;
  const template = await templateOf(ground, settings);
  const operator = new Api(url, ground.operatorToken);
  for (const [number, { id }] of tenants.entries()) {
    if (isSuspended(number)) await operator.post(`/fdr/v1/tenants/${id}/suspend`, { reason: 'load' });
  }

  const randomBytes = seededBytes(seed);
  const writer = new PopulationWriter(join(ground.folder, `population-${keys}-${seed}`));
  const owner = new Client({ connectionString: databaseUrl });
  await owner.connect();
  try {
    await owner.query(`insert into projects (tenant_id, id, name, status, created_at, updated_at) select tenant_id, $1, 'Archived', 'ARCHIVED', now(), now() from tenants`, [ARCHIVED_PROJECT]);
    for (let from = 0; from < keys; from += CHUNK) {
      const rows = Array.from({ length: Math.min(CHUNK, keys - from) }, (_, at) => {
        const number = from + at;
        const tenant = tenants[number % tenants.length] as LoadTenant; // below their number
        const { token, publicId } = mintToken({ prefix: 'live', locator: tenant.locator, randomBytes });
        const text = token.reveal();
        return { token: text, tenantId: tenant.id, id: idOf('key', number), publicId, digest: digestOf(peppers.current, text), state: stateOf(number) };
      });
      writer.known(rows.map(({ token }) => token));
      // A list of texts costs the client ten times its texts as an array, and these have no commas.
      const listed = [rows.map(({ tenantId }) => tenantId), rows.map(({ id }) => id), rows.map(({ publicId }) => publicId), rows.map(({ digest }) => digest), rows.map(({ state }) => state)];
      await owner.query({ name: 'keys', text: INSERT, values: [template, JSON.stringify(CHANGES), ...listed.map((list) => list.join(','))] });
    }
    await owner.query(`update tenant_counters as counter set value = (select count(*) from api_keys as key where key.tenant_id = counter.tenant_id and key.kind = 'SERVICE' and key.counted) where counter = 'LIVE_SERVICE_KEYS'`);
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
  } finally {
    await owner.end();
  }
  const random = seeded(seed);
  writer.unknown(Array.from({ length: unknown }, (_, number) => unknownToken(tenants, number, random, randomBytes)));
  const description = writer.finish({ dialect: 'HOC', tenantIds: tenants.map(({ id }) => id), malformed: malformedLike(unknownToken(tenants, 0, random, randomBytes)) });
  return { folder: writer.folder, description };
}

const ARCHIVED_PROJECT = idOf('prj', 1);

/** What a state changes of the row of a new key. */
const CHANGES: Readonly<Record<KeyState, object>> = {
  VALID: {},
  REVOKED: { status: 'REVOKED', revoked_at: '2026-01-01T00:00:00Z', revoked_by: { plane: 'cus', id: 'load', name: 'load' }, revoked_reason: 'load', counted: false },
  EXPIRED: { expires_at: '2026-01-01T00:00:00Z' },
  FROZEN: { status: 'FROZEN', frozen_at: '2026-01-01T00:00:00Z', frozen_by: { plane: 'cus', id: 'load', name: 'load' }, frozen_reason: 'load' },
  PROJECT_NOT_ACTIVE: { project_id: ARCHIVED_PROJECT },
};

/** Whatever columns a key has come from one that the server made; what is a key's own stands here. */
const INSERT = `insert into api_keys select made.* from (select $1::jsonb as row, $2::jsonb as changes) as template,
  unnest(string_to_array($3, ','), string_to_array($4, ','), string_to_array($5, ','), string_to_array($6, ','), string_to_array($7, ',')) as new (tenant_id, id, public_id, digest, state),
  lateral jsonb_populate_record(null::api_keys,
    template.row || jsonb_build_object('tenant_id', new.tenant_id, 'id', new.id, 'meter_id', new.id, 'public_id', new.public_id, 'digest', new.digest) || (template.changes -> new.state)) as made`;

/** The row of a key that the server has made, as JSON. */
async function templateOf({ tenants, databaseUrl, url }: Ground, settings: object): Promise<string> {
  const admin = new Api(url, tenants[0]?.managementToken ?? '');
  const { key } = await admin.post<{ key: { id: string } }>('/v1/api-keys', { name: 'load', environment: 'live', permissions: ['invoices:list', 'invoices:read'], ...settings });
  const [found] = await asked<{ row: object }>(databaseUrl, 'select to_jsonb(key) as row from api_keys as key where id = $1', [key.id]);
  if (found === undefined) throw new Error('the server made no key');
  return JSON.stringify(found.row);
}

function unknownToken(tenants: readonly LoadTenant[], number: number, random: Random, randomBytes: (length: number) => Uint8Array): string {
  const tenant = tenants[Math.floor(random() * tenants.length)];
  // A locator that nobody has is asked of the database every time, one that there is only once.
  return mintToken({ prefix: 'live', locator: number % 2 === 0 ? (tenant?.locator ?? '') : '', randomBytes }).token.reveal();
}

/** Texts that are no token of HOC, each wrong in another way. */
const malformedLike = (token: string): readonly string[] => [
  '', 'x', 'null', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, token.slice(0, -1), `${token}A`, ` ${token}`, token.toUpperCase(), token.replace('live', 'op'), token.replace('live', 'prod'),
  token.replaceAll('_', '-'), `Bearer ${token}`, 'sk_live_51H8xJq2eZvKYlo2C', '\u0000', 'ключ', "' or 1=1 --", 'a'.repeat(4000),
];
