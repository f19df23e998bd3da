import type { WriteScope } from '@hoc/l5-engines/scope';
import { expect, test } from 'vitest';
import { NOW, tenantRow } from '../../../test/fixtures/rows.ts';
import { moveTenant } from './move-tenant.ts';

/** A scope whose drivers write down what they are sent, and move the tenant as told. */
function journaled(): { readonly scope: WriteScope; readonly sent: unknown[][] } {
  const sent: unknown[][] = [];
  const scope = {
    tenants: { setStatus: async (id: string, from: string, to: string) => (sent.push(['setStatus', id, from, to]), tenantRow({ id, status: 'ACTIVE' })) },
    counters: { open: async (id: string) => void sent.push(['open', id]) },
  };
  // The two drivers that moving a tenant uses.
  return { scope: scope as unknown as WriteScope, sent };
}

test('a tenant that leaves CREATING where BI-TENANT-004 is only monitored gets its counters: a key or a project in it once ended in a 500', async () => {
  const { scope, sent } = journaled();
  await moveTenant(scope, tenantRow({ id: 'tnt_1', status: 'CREATING' }), 'resume', NOW);
  expect(sent).toEqual([['setStatus', 'tnt_1', 'CREATING', 'ACTIVE'], ['open', 'tnt_1']]);
});

test('a tenant that was provisioned is only moved', async () => {
  const { scope, sent } = journaled();
  await moveTenant(scope, tenantRow({ id: 'tnt_1', status: 'SUSPENDED' }), 'resume', NOW);
  expect(sent).toEqual([['setStatus', 'tnt_1', 'SUSPENDED', 'ACTIVE']]);
});
