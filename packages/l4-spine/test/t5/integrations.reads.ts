import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { integration } from './integrations.steps.ts';
import { proved } from './proved.ts';
import { entriesOf, snapshot, violationsOf } from './records.ts';
import { byAdmin, type Ask, type Cast, type Stage } from './stage.ts';
import { withCheck } from './substitutes.ts';

const RULE = 'BI-INTEG-003';
const METHODS = ['list', 'get', 'health', 'due'] as const;
type Method = (typeof METHODS)[number];

const inputOf = (method: Method, integrationId: string): object =>
  method === 'list' ? {} : method === 'due' ? { checkedBefore: '2999-01-01T00:00:00.000Z' } : { integrationId };
const ask = (stage: Stage, method: Method, id: string, tenantId?: string): Ask => stage.byOperator('integrations.query', method, inputOf(method, id), tenantId);

/**
 * Proves BI-INTEG-003, a rule of reads. It stands on nothing stored: whether a request names a tenant is in the request itself. So
 * nothing can be written anywhere that would break it, in any mode; a read that it stops is on record like a denied write.
 */
export function readsAreScoped(stage: () => Stage): void {
  const arrange = async (): Promise<{ readonly tenant: Cast; readonly id: string }> => {
    const tenant = await stage().tenant();
    return { tenant, id: await integration(stage(), tenant, 'ENABLED') };
  };
  const isRefused = async (method: Method, id: string, mode: 'STRICT'): Promise<void> => {
    const rows = await snapshot(stage().db);
    const { result, requestId } = await stage().ask(ask(stage(), method, id));
    expect(expectDenied(result)).toMatchObject({
      code: 'INVARIANT_VIOLATION', status: 400, violations: [{ invariantId: RULE, severity: 'MEDIUM', message: 'The request is not scoped to a tenant.' }],
    });
    expect(await snapshot(stage().db)).toBe(rows);
    expect(await entriesOf(stage().db, requestId)).toMatchObject([
      { tenantId: 'platform', outcome: 'DENIED', anchor: 'integrations.query', invariants: [{ id: RULE, mode, outcome: 'BROKEN' }] },
    ]);
    expect(await violationsOf(stage().db, requestId)).toMatchObject([{ tenantId: 'platform', invariantId: RULE, mode, outcome: 'BLOCKED' }]);
  };
  /** A MEDIUM rule blocks in STRICT alone. What goes on reads the platform, where no integration can be. */
  const isRecorded = async (method: Method, id: string, mode: 'MONITOR' | 'ENFORCE'): Promise<void> => {
    const { result, requestId } = await stage().ask(ask(stage(), method, id));
    if (method === 'get' || method === 'health') expect(expectDenied(result).code).toBe('NOT_FOUND');
    else expect(JSON.stringify(expectOk(result))).not.toContain(id);
    expect(await entriesOf(stage().db, requestId)).toEqual([]);
    expect(await violationsOf(stage().db, requestId)).toMatchObject([{ tenantId: 'platform', invariantId: RULE, mode, outcome: 'RECORDED' }]);
  };

  describe('BI-INTEG-003, the rule of reads,', () => {
    test.each(METHODS)('stops %s that names no tenant in STRICT, and records it in ENFORCE and MONITOR', async (method) => {
      const { id } = await arrange();
      await isRefused(method, id, 'STRICT');
      for (const mode of ['ENFORCE', 'MONITOR'] as const) await stage().inMode([RULE], mode, null, () => isRecorded(method, id, mode));
      await isRefused(method, id, 'STRICT');
    });

    test('is proven in every mode', async ({ task }) => {
      const { id } = await arrange();
      await isRefused('list', id, 'STRICT');
      proved(task, RULE, 'deny', 'STRICT');
      await stage().inMode([RULE], 'ENFORCE', null, () => isRecorded('list', id, 'ENFORCE'));
      proved(task, RULE, 'ENFORCE');
      await stage().inMode([RULE], 'MONITOR', null, () => isRecorded('list', id, 'MONITOR'));
      proved(task, RULE, 'MONITOR');
    });

    test('lets a tenant read its own, and an operator the one that is named, and asks storage for nothing more', async ({ task }) => {
      const { tenant, id } = await arrange();
      const other = await arrange();
      for (const answer of [await stage().ask(byAdmin(tenant, 'integrations.query', 'list')), await stage().ask(ask(stage(), 'list', id, tenant.id))]) {
        expect(expectOk<{ items: { id: string }[] }>(answer.result).items.map((item) => item.id)).toEqual([id]);
        expect([await entriesOf(stage().db, answer.requestId), await violationsOf(stage().db, answer.requestId)]).toEqual([[], []]);
      }
      expectOk((await stage().ask(byAdmin(tenant, 'integrations.query', 'get', { integrationId: id }))).result);
      expect(expectDenied((await stage().ask(byAdmin(tenant, 'integrations.query', 'get', { integrationId: other.id }))).result).code).toBe('NOT_FOUND');
      expect(expectDenied((await stage().ask(ask(stage(), 'health', other.id, tenant.id))).result).code).toBe('NOT_FOUND');
      proved(task, RULE, 'pass');
    });

    test('lets writes alone', async () => {
      const { tenant, id } = await arrange();
      const { result, requestId } = await stage().ask(byAdmin(tenant, 'integrations.write', 'disable', { integrationId: id }));
      expectOk(result);
      expect((await entriesOf(stage().db, requestId))[0]?.invariants.map((judged) => judged.id)).toEqual(['BI-INTEG-002']);
    });

    test('takes no tenant from the input', async () => {
      const { tenant, id } = await arrange();
      for (const name of ['tenantId', 'tenant', 'scope', 'mode']) {
        const { result } = await stage().ask({ ...ask(stage(), 'list', id), input: { [name]: tenant.id } });
        expect(expectDenied(result)).toMatchObject({ code: 'INVALID_INPUT', errors: [{ path: `/${name}`, message: 'unknown key' }] });
      }
    });

    test('whose check throws, or answers nothing, denies', async () => {
      const { tenant, id } = await arrange();
      const broken = [
        () => {
          throw new Error('this check is broken');
        },
        () => undefined as unknown as true,
      ];
      for (const holds of broken) {
        const { result } = await stage().ask(ask(stage(), 'list', id, tenant.id), stage().server({ substitute: withCheck(RULE, holds) }));
        expect(expectDenied(result)).toMatchObject({ code: 'INVARIANT_UNEVALUABLE', status: 503 });
      }
    });
  });
}
