import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { readsOneTenant } from './invariants.ts';
import { integrationShape, showIntegration } from './shapes.ts';

/** One integration of the tenant. */
export const getIntegration = readOperation<ReadScope>()({
  address: ['integrations.query', 'get'],
  anchor: 'integrations.query',
  planes: ['cus', 'fdr'],
  permission: 'hoc:integrations.read',
  tenancy: 'either',
  summary: 'Reads an integration.',
  input: z.strictObject({ integrationId: id }),
  output: integrationShape,
  invariants: [readsOneTenant],
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId, input }, scope }) => {
    const integration = await scope.integrations.get(tenantId, input.integrationId);
    return integration === null ? notFound() : ok(showIntegration(integration));
  },
});
