import { deleted } from '@hoc/l5-engines/integrations/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id } from '../text.ts';
import { integrationAllowsStep } from './invariants.ts';
import { saveIntegration } from './save-integration.ts';
import { integrationShape, showIntegration } from './shapes.ts';

/** Deletes an integration: it is nowhere to be found any more, its name is free, and its credential is destroyed. */
export const deleteIntegration = writeOperation<WriteScope>()({
  address: ['integrations.write', 'delete'],
  anchor: 'integration.delete',
  planes: ['cus'],
  permission: 'hoc:integrations.write',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Deletes an integration, and destroys its credential.',
  input: withStep('delete', z.strictObject({ integrationId: id })),
  output: integrationShape,
  invariants: [integrationAllowsStep],
  rejections: NOT_FOUND,
  subject: ({ input }) => input.integrationId,
  events: (_request, integration) => [event('integration.deleted', { integration })],
  run: async ({ request: { tenantId, now }, facts: { integration }, scope }) => {
    if (integration === null) return notFound();
    // The counter after the end of the audit chain, as a creation takes it.
    const [gone] = await Promise.all([saveIntegration(scope, deleted(integration, now)), scope.counters.add(tenantId, 'LIVE_INTEGRATIONS', -1)]);
    return ok(showIntegration(gone));
  },
});
