import { allowsIntegrationStep, changed } from '@hoc/l5-engines/integrations/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { integrationCanBeDisabled } from './invariants.ts';
import { saveIntegration } from './save-integration.ts';
import { integrationShape, showIntegration } from './shapes.ts';
import { STEP_REFUSED, stepRefused } from './step-refused.ts';

/** Takes an integration out of use. A probe that is under way then changes nothing any more. */
export const disableIntegration = writeOperation<WriteScope>()({
  address: ['integrations.write', 'disable'],
  anchor: 'integration.disable',
  planes: ['cus'],
  permission: 'hoc:integrations.write',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Disables an integration.',
  input: z.strictObject({ integrationId: id }),
  output: integrationShape,
  invariants: [integrationCanBeDisabled],
  rejections: { ...NOT_FOUND, ...STEP_REFUSED },
  subject: ({ input }) => input.integrationId,
  events: (_request, integration) => [event('integration.disabled', { integration })],
  run: async ({ request: { now }, facts: { integration }, scope }) => {
    if (integration === null) return notFound();
    const allowed = allowsIntegrationStep(integration, 'disable');
    if (allowed !== true) return stepRefused(allowed);
    return ok(showIntegration(await saveIntegration(scope, changed(integration, { status: 'DISABLED' }, now))));
  },
});
