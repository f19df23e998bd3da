import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { rotated } from './key-states.ts';
import { snapshot } from './records.ts';
import { byAdmin, handMade, undoRotation, type Ask, type Cast, type MadeKey, type Registry, type Stage } from './stage.ts';

/** So long that nothing which was taken passes while the proofs run. */
const windowMs = 2_678_400_000;
const LIMIT = { name: 'calls', limit: 50, windowMs } as const;

type Verdict = { readonly code: string; readonly credits?: { readonly remaining: number }; readonly lease?: { readonly id: string } };

const verify = ({ token }: Pick<MadeKey, 'token'>, more: object = {}): Ask => ({
  address: 'api_keys.query', method: 'verify', input: { token, ...more },
  principal: { plane: 'int', id: 'tok_gateway', name: 'gateway', tenantId: null, permissions: new Set(['hoc:keys.verify']) },
});
const update = (tenant: Pick<Cast, 'admin'>, { id: keyId }: MadeKey, patch: object, version = 1): Ask => byAdmin(tenant, 'api_keys.write', 'update', { keyId, version, ...patch });

/** So many verifications at once, by turns on several servers; how many ended how. */
async function rush(on: Stage, servers: readonly Registry[], key: MadeKey, calls: number, more: object = {}): Promise<Readonly<Record<string, number>>> {
  const answers = await Promise.all(Array.from({ length: calls }, (_, at) => on.ask(verify(key, more), servers[at % servers.length])));
  const codes = answers.map(({ result }) => expectOk<Verdict>(result).code);
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]));
}

const creditsOf = async (on: Stage, { id }: MadeKey): Promise<readonly number[]> =>
  (await on.db.asOwner<{ remaining: string }>('select remaining::text from key_credits where meter_id = $1', [id])).map(({ remaining }) => Number(remaining));

/** Proves what verifications take on real meters, and what writes of keys do to these. */
export function metersHold(stage: () => Stage): void {
  describe('meters of keys', () => {
    test.each<[string, object, object, string]>([
      ['credits', { credits: { remaining: 50 } }, {}, 'CREDITS_EXHAUSTED'],
      ['a rate limit', { rateLimits: [LIMIT] }, {}, 'RATE_LIMITED'],
      ['a fixed rate limit', { rateLimits: [{ ...LIMIT, algorithm: 'FIXED' }] }, {}, 'RATE_LIMITED'],
      ['leases', { maxConcurrent: 50 }, { acquire: { seconds: 3600 } }, 'CONCURRENCY_EXCEEDED'],
    ])('two servers that are asked for %s at once give out no more and no less than there is', async (_what, settings, more, short) => {
      const on = stage();
      const key = await on.key(await on.tenant(), settings);
      expect(await rush(on, [on.composed.registry, on.server({})], key, 200, more)).toEqual({ VALID: 50, [short]: 150 });
    });

    test('servers that share a local limit admit their share of it each, rounded up', async () => {
      const on = stage();
      const servers = [on.server({ localShares: 3 }), on.server({ localShares: 3 }), on.server({ localShares: 3 })];
      const key = await on.key(await on.tenant(), { rateLimits: [{ ...LIMIT, mode: 'LOCAL' }] });
      expect(await rush(on, servers, key, 300)).toEqual({ VALID: 51, RATE_LIMITED: 249 });
      expect(await on.db.asOwner(`select 1 from rate_windows where meter like '%:' || $1`, [key.id])).toEqual([]);
    });

    test.each(['SUSPENDED', 'TERMINATED', 'ARCHIVED', 'CREATING'] as const)('a key of a tenant that is %s takes nothing', async (status) => {
      const on = stage();
      const tenant = await on.tenant();
      const key = await on.key(tenant, { credits: { remaining: 3 }, rateLimits: [LIMIT], maxConcurrent: 1 });
      await on.plantStatus(tenant, status);
      expect(await rush(on, [on.composed.registry], key, 5, { acquire: { seconds: 60 } })).toEqual({ TENANT_NOT_ACTIVE: 5 });
      expect(await creditsOf(on, key)).toEqual([3]);
      await on.plantStatus(tenant, 'ACTIVE');
      expect(expectOk<Verdict>((await on.ask(verify(key, { acquire: { seconds: 60 } }))).result)).toMatchObject({ code: 'VALID', credits: { remaining: 2 }, rateLimits: [{ remaining: 49 }], lease: {} });
    });

    test('an update that is refused sets no credits', async () => {
      const on = stage();
      const tenant = await on.tenant();
      const key = await on.key(tenant, { credits: { remaining: 3 } });
      const rows = await snapshot(on.db);
      const patch = { credits: { remaining: 1000 } };
      expect(expectDenied((await on.ask(update(tenant, key, patch, 2))).result).code).toBe('VERSION_CONFLICT');
      expect(expectDenied((await on.ask(update({ admin: handMade(tenant.id) }, key, patch))).result)).toMatchObject({ violations: [{ invariantId: 'BI-APIKEY-003' }] });
      expect(expectDenied((await on.ask(update(tenant, key, { ...patch, expiresAt: '2020-01-01T00:00:00.000Z' }))).result).code).toBe('INVALID_INPUT');
      expect(await snapshot(on.db)).toBe(rows);
    });

    test('credits that are set while they are spent are spent no further than what was there and what was given', async () => {
      const on = stage();
      const tenant = await on.tenant();
      const key = await on.key(tenant, { credits: { remaining: 30 } });
      const servers = [on.composed.registry, on.server({})];
      const [spent] = await Promise.all([rush(on, servers, key, 100), on.do(update(tenant, key, { credits: { remaining: 20 } }))]);
      const more = await rush(on, servers, key, 100);
      const valid = (spent['VALID'] ?? 0) + (more['VALID'] ?? 0);
      expect(valid).toBeGreaterThanOrEqual(20);
      expect(valid).toBeLessThanOrEqual(50);
      expect(await creditsOf(on, key)).toEqual([0]);
    });

    test('a rotation and its undoing move no credits, and both keys of an overlap spend the same', async () => {
      const on = stage();
      const tenant = await on.tenant();
      const old = await on.key(tenant, { credits: { remaining: 40 }, rateLimits: [LIMIT] });
      const fresh = await rotated(on, tenant, old.id);
      expect(await creditsOf(on, old)).toEqual([40]);
      const [one, other] = await Promise.all([rush(on, [on.composed.registry], old, 30), rush(on, [on.server({})], fresh, 30)]);
      expect((one['VALID'] ?? 0) + (other['VALID'] ?? 0)).toBe(40);
      await on.do(undoRotation(tenant, fresh.id));
      expect(await creditsOf(on, old)).toEqual([0]);
      expect(await rush(on, [on.composed.registry], old, 3)).toEqual({ CREDITS_EXHAUSTED: 3 });
    });

    test('a key without meters leaves none, however often it is verified', async () => {
      const on = stage();
      const key = await on.key(await on.tenant());
      expect(await rush(on, [on.composed.registry], key, 20, { cost: 1000, acquire: { seconds: 60 } })).toEqual({ VALID: 20 });
      const rows = await on.db.asOwner(
        `select meter from rate_windows where meter like '%:' || $1 union all select meter_id from key_credits where meter_id = $1
          union all select meter_id from key_slots where meter_id = $1 union all select meter_id from key_leases where meter_id = $1`,
        [key.id],
      );
      expect(rows).toEqual([]);
    });
  });
}
