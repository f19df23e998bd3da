import { Client } from 'pg';
import { startOwnPostgres } from '/tmp/i5/tooling/testbed/src/postgres-server.ts';
import { migratePostgres } from '/tmp/i5/packages/l6-drivers/src/database/migrate.ts';
import { openPostgres } from '/tmp/i5/packages/l6-drivers/src/database/postgres.ts';
import { MeterTaker, METER_TAKER_LIMITS } from '/tmp/i5/packages/l6-drivers/src/metering/meter-taker.ts';
import { KeyTruthReader } from '/tmp/i5/packages/l6-drivers/src/api-keys/key-truth.coalescer.ts';
const fsync = process.argv.includes('fsync');
const server = await startOwnPostgres(['shared_buffers=512MB', 'max_wal_size=4GB', ...(fsync ? ['fsync=on'] : [])]);
try {
  await migratePostgres(server.url);
  const db = openPostgres({ url: server.url });
  const owner = new Client({ connectionString: server.url }); await owner.connect(); owner.on('error', () => {});
  const K = 10000;
  await owner.query(`insert into organizations values ('o', 'o', now()); insert into tenant_locators select 'l' || i, 'tnt_' || lpad(i::text, 26, '0'), now() from generate_series(0, 199) i;
    insert into tenants select 'tnt_' || lpad(i::text, 26, '0'), 'o', 'n', 'PRO', 'ACTIVE', 'l' || i, 'e', now(), now(), '[]', '[]' from generate_series(0, 199) i;
    insert into api_keys (tenant_id, id, kind, name, environment, public_id, digest, pepper_id, status, permissions, allowed_resources, allowed_addresses, metadata, created_by, counted, created_at, updated_at, version, rate_limits, has_credits, meter_id)
    select 'tnt_' || lpad((i % 200)::text, 26, '0'), 'key_' || lpad(i::text, 26, '0'), 'SERVICE', 'n', 'live', 'p' || i, 'digest-0123456789-0123456789-' || i, 'p1', 'ACTIVE', '{docs:read}', '{}', '{}', '{}', '{}', true, now(), now(), 1,
      '[{"name":"calls","limit":1000000000,"windowMs":60000,"algorithm":"SLIDING","mode":"EXACT"}]', false, 'key_' || lpad(i::text, 26, '0') from generate_series(0, ${K - 1}) i; analyze`);
  const truth = new KeyTruthReader(db.truth);
  const id = (i: number) => `key_${String(i).padStart(26, '0')}`, ten = (i: number) => `tnt_${String(i % 200).padStart(26, '0')}`;
  async function load(one: (i: number) => Promise<unknown>, callers: number, ms: number): Promise<number> {
    let n = 0; const end = performance.now() + ms; 
    const t0 = performance.now();
    await Promise.all(Array.from({ length: callers }, async () => { while (performance.now() < end) { await one(Math.random() * K | 0); n++; } }));
    return n / (performance.now() - t0) * 1000;
  }
  const find = (i: number) => truth.find(ten(i), [`digest-0123456789-0123456789-${i}`]);
  const takers: Record<string, MeterTaker> = {};
  for (const w of [1, 2]) for (const mw of [64, 256]) takers[`${w}x${mw}`] = new MeterTaker(db.meters, { ...METER_TAKER_LIMITS, maxWaves: w, maxWave: mw });
  const take = (t: MeterTaker, i: number) => t.take({ tenantId: ten(i), keyId: id(i), meters: [{ kind: 'SLIDING', scope: 'KEY', scopeId: id(i), name: 'calls', limit: 1_000_000_000, windowMs: 60000 }], cost: 1, lease: null });
  const callers = Number(process.argv.find((a) => /^\d+$/.test(a)) ?? 64);
  await load(find, callers, 500); for (const t of Object.values(takers)) await load((i) => take(t, i), callers, 300);
  const res: Record<string, number[]> = {};
  const add = (n: string, v: number) => (res[n] ??= []).push(v);
  for (let r = 0; r < 5; r++) {
    add('find', await load(find, callers, 500));
    for (const [n, t] of Object.entries(takers)) { add(`take ${n}`, await load((i) => take(t, i), callers, 500)); add(`both ${n}`, await load(async (i) => { await find(i); await take(t, i); }, callers, 500)); }
    add('hot both', await load(async () => { await find(7); await take(takers['2x256']!, 7); }, callers, 500));
  }
  for (const [n, v] of Object.entries(res)) { v.sort((a, b) => a - b); console.log(n.padEnd(14), v[2]!.toFixed(0), '/s', (1e6 / v[2]!).toFixed(1), 'us'); }
  await owner.end(); await db.close();
} catch (e) { console.log(e); } finally { await server.stop(); }
