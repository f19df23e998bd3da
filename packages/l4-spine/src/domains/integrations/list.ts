import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset } from '../page.ts';
import { readsOneTenant } from './invariants.ts';
import { connectorType } from './settings.ts';
import { integrationHealth, integrationShape, integrationStatus, showIntegration } from './shapes.ts';

/** The tenant's integrations, the newest first. An operator names the tenant. */
export const listIntegrations = readOperation<ReadScope>()({
  address: ['integrations.query', 'list'],
  anchor: 'integrations.query',
  planes: ['cus', 'fdr'],
  permission: 'hoc:integrations.read',
  tenancy: 'either',
  summary: 'Lists integrations, the newest first.',
  input: z.strictObject({
    limit, cursor: keysetCursor.optional(), status: integrationStatus.optional(), connectorType: connectorType.optional(), health: integrationHealth.optional(),
  }),
  output: pageOf(integrationShape),
  invariants: [readsOneTenant],
  rejections: {},
  run: async ({ request: { tenantId, input: { limit: size, cursor: after, ...filter } }, scope }) => {
    const rows = await scope.integrations.list(tenantId, { ...filter, after, limit: size + 1 });
    return ok(paged(rows, size, showIntegration, writeKeyset));
  },
});
