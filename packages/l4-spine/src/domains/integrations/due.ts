import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { instant } from '../instant.ts';
import { limit } from '../page.ts';
import { readsOneTenant } from './invariants.ts';

/** Which integrations of an ACTIVE tenant are to be tried again, those that have waited the longest first. For work that goes tenant by tenant. */
export const dueIntegrations = readOperation<ReadScope>()({
  address: ['integrations.query', 'due'],
  anchor: 'integrations.query',
  planes: ['fdr'],
  permission: 'hoc:integrations.read',
  tenancy: 'either',
  summary: 'Lists the ids of integrations in use that were not probed since a time.',
  input: z.strictObject({ checkedBefore: instant, limit }),
  output: z.object({ ids: z.array(z.string()) }),
  invariants: [readsOneTenant],
  rejections: {},
  run: async ({ request: { tenantId, input }, scope }) => {
    const tenant = await scope.tenants.get(tenantId);
    const due = tenant?.status === 'ACTIVE' ? await scope.integrations.due(tenantId, input.checkedBefore, input.limit) : [];
    return ok({ ids: due.map(({ id }) => id) });
  },
});
