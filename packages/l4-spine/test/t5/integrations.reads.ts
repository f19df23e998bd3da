import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { integration } from './integrations.steps.ts';
import { proved } from './proved.ts';
import { entriesOf, violationsOf } from './records.ts';
import { readsAreScoped, type ScopedReads } from './scoped-reads.ts';
import { byAdmin, type Ask, type Stage } from './stage.ts';

const RULE = 'BI-INTEG-003';

/** Every read of integrations. */
export const integrationReads: ScopedReads = {
  rule: RULE, address: 'integrations.query', anchor: 'integrations.query', message: 'The request is not scoped to a tenant.',
  reads: [
    { method: 'list', isOfOne: false, input: () => ({}) },
    { method: 'get', isOfOne: true, input: (integrationId) => ({ integrationId }) },
    { method: 'health', isOfOne: true, input: (integrationId) => ({ integrationId }) },
    { method: 'due', isOfOne: false, input: () => ({ checkedBefore: '2999-01-01T00:00:00.000Z' }) },
  ],
  arrange: async (stage) => {
    const tenant = await stage.tenant();
    return { tenant, id: await integration(stage, tenant, 'ENABLED') };
  },
};

/** Proves BI-INTEG-003, and what it lets through. */
export function integrationsAreReadByTenant(stage: () => Stage): void {
  const arrange = () => integrationReads.arrange(stage());
  const ask = (method: string, input: object, tenantId: string): Ask => stage().byOperator('integrations.query', method, input, tenantId);
  readsAreScoped(stage, integrationReads);

  describe('BI-INTEG-003', () => {
    test('lets a tenant read its own, and an operator the one that is named, and asks storage for nothing more', async ({ task }) => {
      const { tenant, id } = await arrange();
      const other = await arrange();
      for (const answer of [await stage().ask(byAdmin(tenant, 'integrations.query', 'list')), await stage().ask(ask('list', {}, tenant.id))]) {
        expect(expectOk<{ items: { id: string }[] }>(answer.result).items.map((item) => item.id)).toEqual([id]);
        expect([await entriesOf(stage().db, answer.requestId), await violationsOf(stage().db, answer.requestId)]).toEqual([[], []]);
      }
      expectOk((await stage().ask(byAdmin(tenant, 'integrations.query', 'get', { integrationId: id }))).result);
      expect(expectDenied((await stage().ask(byAdmin(tenant, 'integrations.query', 'get', { integrationId: other.id }))).result).code).toBe('NOT_FOUND');
      expect(expectDenied((await stage().ask(ask('health', { integrationId: other.id }, tenant.id))).result).code).toBe('NOT_FOUND');
      proved(task, RULE, 'pass');
    });

    test('lets writes alone', async () => {
      const { tenant, id } = await arrange();
      const { result, requestId } = await stage().ask(byAdmin(tenant, 'integrations.write', 'disable', { integrationId: id }));
      expectOk(result);
      expect((await entriesOf(stage().db, requestId))[0]?.invariants.map((judged) => judged.id)).toEqual(['BI-INTEG-002']);
    });
  });
}
