import { describe, expect, test } from 'vitest';
import { judgeTree, type Tree } from '../core/plant.ts';
import { HOUSE, PLANTED_CONFIG } from './planted-config.ts';
import { transactionsGuard } from './transactions.guard.ts';

const guard = transactionsGuard(PLANTED_CONFIG);
const findingsIn = async (files: Tree): Promise<readonly string[]> =>
  (await judgeTree(guard, { ...HOUSE, ...files })).map(({ path, line, column, rule, message }) => `${path}:${line}:${column} ${rule}: ${message}`);

describe('a finding says where, and what', () => {
  test('of a member that ends a transaction: at the member', async () => {
    expect(await findingsIn({ 'domain/a.ts': 'export const a = (tx: { commit(): void }): void => {\n  tx.commit();\n};\n' })).toEqual([
      "domain/a.ts:2:6 transactions/control-call: takes 'commit', which begins or ends a transaction",
    ]);
  });

  test('of an import: under its own name, at each place on the way that has no right to it', async () => {
    expect(await findingsIn({ 'domain/a.ts': "export { openUnitOfWork as a } from '../drivers/unit-of-work.ts';\n", 'domain/b.ts': "import { a as b } from './a.ts';\nexport const c = b;\n" })).toEqual([
      'domain/a.ts:1:10 transactions/control-import: hands on openUnitOfWork of drivers/unit-of-work.ts, which opens or ends transactions',
      'domain/b.ts:1:10 transactions/control-import: imports openUnitOfWork of drivers/unit-of-work.ts, which opens or ends transactions',
    ]);
  });

  test('of a text: all the control that it holds', async () => {
    expect(await findingsIn({ 'domain/a.ts': "export const a = (db: { query(text: string): void }): void =>\n  db.query(`begin; select app_set_tenant('a'); commit`);\n" })).toEqual([
      'domain/a.ts:2:12 transactions/raw-sql: holds transaction control as text: BEGIN, COMMIT, a call of app_set_tenant',
    ]);
  });

  test('of I/O: where it is done, and the way there from the write', async () => {
    expect(
      await findingsIn({
        'domain/a.ts': "import { writeOperation } from '../kernel/operation.ts';\nimport { tell } from './tell.ts';\nexport const a = writeOperation<object>()({ run: () => tell() });\n",
        'domain/tell.ts': "export const tell = async (): Promise<void> => {\n  await fetch('https://example.org');\n};\n",
      }),
    ).toEqual(['domain/tell.ts:2:9 transactions/foreign-io: reaches fetch inside the write of domain/a.ts:3 (run → tell): the transaction and its locks wait for it']);
  });
});

test('a configuration that names what is not there is refused', async () => {
  const blind = transactionsGuard({ ...PLANTED_CONFIG, allowed: [{ path: 'kernel/gone.ts', may: ['control-call'], why: 'it was there once' }] });
  await expect(judgeTree(blind, HOUSE)).rejects.toThrow(/kernel\/gone\.ts/);
});

test('what was looked at is counted, rule by rule', async () => {
  const counted = await counts();
  for (const { id } of guard.rules) expect.soft(counted[id], id).toBeGreaterThan(0);
});

async function counts(): Promise<Readonly<Record<string, number>>> {
  let examined: Readonly<Record<string, number>> = {};
  await judgeTree({ ...guard, judge: async (tree) => {
    const judgement = await guard.judge(tree);
    ({ examined } = judgement);
    return judgement;
  } }, { ...HOUSE, 'domain/a.ts': "import { writeOperation } from '../kernel/operation.ts';\nexport const a = writeOperation<object>()({ run: () => 1 });\n" });
  return examined;
}
