import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { proved } from './proved.ts';
import { entriesOf, violationsOf } from './records.ts';
import { readsAreScoped, type ScopedReads } from './scoped-reads.ts';
import { byAdmin, type Stage } from './stage.ts';
import { countsIn, plantUsage, usageOf, type UsagePage } from './usage.steps.ts';

const RULE = 'BI-USAGE-001';
const HOUR = new Date('2026-03-07T23:00:00.000Z');
const later = (hours: number): Date => new Date(HOUR.getTime() + hours * 3_600_000);
/** Around the hours that are planted. */
const SPAN = { from: '2026-03-07T00:00:00.000Z', to: '2026-03-10T00:00:00.000Z' } as const;

/** Every read of usage. */
export const usageReads: ScopedReads = {
  rule: RULE, address: 'usage.query', anchor: 'usage.query', message: 'The request is not scoped to a tenant.',
  reads: [
    { method: 'tenant', isOfOne: false, input: () => ({}) },
    { method: 'key', isOfOne: true, input: (keyId) => ({ keyId }) },
  ],
  arrange: async (stage) => {
    const tenant = await stage.tenant();
    const { id } = await stage.key(tenant);
    await plantUsage(stage, tenant, [{ keyId: id, hour: HOUR, verdict: 'VALID', count: 3 }]);
    return { tenant, id };
  },
};

/** Proves BI-USAGE-001, and what reads of usage answer. */
export function usageIsTold(stage: () => Stage): void {
  const arrange = () => usageReads.arrange(stage());
  readsAreScoped(stage, usageReads);

  describe('BI-USAGE-001', () => {
    test('lets a tenant read its own, and an operator the one that is named, and asks storage for nothing more', async ({ task }) => {
      const [{ tenant, id }, other] = [await arrange(), await arrange()];
      const own = { '2026-03-07T00:00:00.000Z': { VALID: 3 } };
      for (const ask of [usageOf(tenant, SPAN), stage().byOperator('usage.query', 'tenant', SPAN, tenant.id), usageOf(tenant, SPAN, id)]) {
        const { result, requestId } = await stage().ask(ask);
        expect(countsIn(expectOk<UsagePage>(result))).toEqual(own);
        expect([await entriesOf(stage().db, requestId), await violationsOf(stage().db, requestId)]).toEqual([[], []]);
      }
      for (const ask of [usageOf(tenant, SPAN, other.id), stage().byOperator('usage.query', 'key', { keyId: other.id }, tenant.id), usageOf(tenant, SPAN, 'key_nobody')]) {
        expect(expectDenied((await stage().ask(ask)).result)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
      }
      proved(task, RULE, 'pass');
    });

    test('lets other reads of the key alone', async () => {
      const { tenant, id } = await arrange();
      const { result, requestId } = await stage().ask(byAdmin(tenant, 'api_keys.query', 'get', { keyId: id }));
      expectOk(result);
      expect(await violationsOf(stage().db, requestId)).toEqual([]);
    });
  });

  test('usage is the sum of what was counted, by hour or day of UTC and verdict, of the tenant and of each key', async () => {
    const on = stage();
    const [tenant, other] = [await on.tenant(), await on.tenant()];
    const [one, two, foreign] = [await on.key(tenant), await on.key(tenant), await on.key(other)];
    await plantUsage(on, tenant, [
      { keyId: one.id, hour: HOUR, verdict: 'VALID', count: 3 }, { keyId: one.id, hour: HOUR, verdict: 'FROZEN', count: 1 }, { keyId: two.id, hour: HOUR, verdict: 'VALID', count: 5 },
      { keyId: one.id, hour: later(1), verdict: 'VALID', count: 10 }, { keyId: one.id, hour: later(24), verdict: 'VALID', count: 1 }, { keyId: one.id, hour: later(25), verdict: 'RATE_LIMITED', count: 2 },
      { keyId: one.id, hour: later(-48), verdict: 'VALID', count: 100 }, { keyId: one.id, hour: later(49), verdict: 'VALID', count: 100 },
    ]);
    await plantUsage(on, other, [{ keyId: foreign.id, hour: HOUR, verdict: 'VALID', count: 1000 }]);
    expect(countsIn(await on.do<UsagePage>(usageOf(tenant, { ...SPAN, bucket: 'hour', limit: 200 })))).toEqual({
      '2026-03-07T23:00:00.000Z': { VALID: 8, FROZEN: 1 }, '2026-03-08T00:00:00.000Z': { VALID: 10 }, '2026-03-08T23:00:00.000Z': { VALID: 1 }, '2026-03-09T00:00:00.000Z': { RATE_LIMITED: 2 },
    });
    expect((await on.do<UsagePage>(usageOf(tenant, { ...SPAN, bucket: 'day' }))).items).toEqual([
      { start: '2026-03-09T00:00:00.000Z', counts: { RATE_LIMITED: 2 } }, { start: '2026-03-08T00:00:00.000Z', counts: { VALID: 11 } },
      { start: '2026-03-07T00:00:00.000Z', counts: { VALID: 8, FROZEN: 1 } },
    ]);
    expect(countsIn(await on.do<UsagePage>(usageOf(tenant, SPAN, two.id)))).toEqual({ '2026-03-07T00:00:00.000Z': { VALID: 5 } });
    expect(countsIn(await on.do<UsagePage>(usageOf(other, SPAN)))).toEqual({ '2026-03-07T00:00:00.000Z': { VALID: 1000 } });
  });

  test('pages of usage follow each other from the newest bucket to the oldest, each of them once', async () => {
    const { tenant } = await arrange();
    const whole = (await stage().do<UsagePage>(usageOf(tenant, { ...SPAN, bucket: 'hour', limit: 200 }))).items;
    expect(whole).toHaveLength(72);
    for (const limit of [1, 7, 71, 72]) {
      const paged: unknown[] = [];
      let cursor: string | null = null;
      do {
        const page: UsagePage = await stage().do(usageOf(tenant, { ...SPAN, bucket: 'hour', limit, ...(cursor === null ? {} : { cursor }) }));
        paged.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(paged).toEqual(whole);
    }
  });

  test('a span that ends before it begins is refused by its field', async () => {
    const { tenant, id } = await arrange();
    for (const keyId of [undefined, id]) {
      const denial = expectDenied((await stage().ask(usageOf(tenant, { from: SPAN.to, to: SPAN.from }, keyId))).result);
      expect(denial).toMatchObject({ code: 'INVALID_INPUT', status: 400, data: { errors: [{ path: '/from', message: 'must lie before "to"' }] } });
    }
  });

  test('usage of a key that was revoked, and of a tenant that was suspended, is still told', async () => {
    const on = stage();
    const { tenant, id } = await arrange();
    await on.do(byAdmin(tenant, 'api_keys.write', 'revoke', { keyId: id, reason: 'as the proof has it' }));
    await on.do(on.byOperator('account.write', 'suspend_tenant', { reason: 'as the proof has it' }, tenant.id));
    for (const keyId of [undefined, id]) expect(countsIn(await on.do<UsagePage>(usageOf(tenant, SPAN, keyId)))).toEqual({ '2026-03-07T00:00:00.000Z': { VALID: 3 } });
  });
}
