import { BACKENDS } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import { staysAtHome } from './bypass.ts';
import { chainsHold } from './chains.ts';
import { often } from './race.ts';
import { modesAgainstReads } from './scoped-reads.ts';
import { useStage } from './stage.ts';
import { usageIsTold, usageReads } from './usage.reads.ts';
import { countsIn, plantUsage, usageOf, type UsagePage } from './usage.steps.ts';

describe.each(BACKENDS)('usage on %s', (backend) => {
  const stage = useStage(backend);
  usageIsTold(stage);
  staysAtHome(stage, ['usage.query']);
  chainsHold(stage);
});

describe('races of usage, on PostgreSQL', () => {
  const stage = useStage('postgres');
  modesAgainstReads(stage, usageReads);

  test('many tenants that read their usage at once, on the connections of one pool, each see their own and nothing else', async () => {
    const hour = new Date('2026-03-07T23:00:00.000Z');
    const tenants = await Promise.all(
      Array.from({ length: 6 }, async (_, at) => {
        const tenant = await stage().tenant();
        await plantUsage(stage(), tenant, [{ keyId: (await stage().key(tenant)).id, hour, verdict: 'VALID', count: at + 1 }]);
        return { tenant, count: at + 1 };
      }),
    );
    await often(120, async (round) => {
      const asked = tenants[round % tenants.length];
      if (asked === undefined) throw new Error('there are six tenants');
      const page = await stage().do<UsagePage>(usageOf(asked.tenant, { from: '2026-03-07T00:00:00.000Z', to: '2026-03-09T00:00:00.000Z' }));
      expect(countsIn(page)).toEqual({ '2026-03-07T00:00:00.000Z': { VALID: asked.count } });
    });
  });
  chainsHold(stage);
});
