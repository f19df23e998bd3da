import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { readsOneTenant } from './invariants.ts';
import { healthShape, showHealth } from './shapes.ts';

/** How an integration fares, by its last probe. Nothing is sent for it. */
export const integrationHealthQuery = readOperation<ReadScope>()({
  address: ['integrations.query', 'health'],
  anchor: 'integrations.query',
  planes: ['cus', 'fdr'],
  permission: 'hoc:integrations.read',
  tenancy: 'either',
  summary: 'Reads how an integration fares, by its last probe.',
  input: z.strictObject({ integrationId: id }),
  output: healthShape,
  invariants: [readsOneTenant],
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId, input }, scope }) => {
    const integration = await scope.integrations.get(tenantId, input.integrationId);
    return integration === null ? notFound() : ok(showHealth(integration));
  },
});
