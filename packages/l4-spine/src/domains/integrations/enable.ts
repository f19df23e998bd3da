import { changed, UNPROBED } from '@hoc/l5-engines/integrations/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { integrationFitsItsType, integrationOfActiveTenant } from './invariants.ts';
import { saveIntegration } from './save-integration.ts';
import { integrationShape, showIntegration } from './shapes.ts';

/** Takes an integration into use, from whatever other state. What was found while it was not in use says nothing of it any more: it counts as never probed. */
export const enableIntegration = writeOperation<WriteScope>()({
  address: ['integrations.write', 'enable'],
  anchor: 'integration.enable',
  planes: ['cus'],
  permission: 'hoc:integrations.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Enables an integration; it is probed anew.',
  input: z.strictObject({ integrationId: id }),
  output: integrationShape,
  invariants: [integrationFitsItsType, integrationOfActiveTenant],
  rejections: { ...NOT_FOUND, ALREADY_ENABLED: { status: 409, title: 'Already enabled' } },
  subject: ({ input }) => input.integrationId,
  events: (_request, integration) => [event('integration.enabled', { integration })],
  run: async ({ request: { now }, facts: { integration }, scope }) => {
    if (integration === null) return notFound();
    if (integration.status === 'ENABLED') return reject('ALREADY_ENABLED', 'The integration is enabled; nothing was changed.');
    return ok(showIntegration(await saveIntegration(scope, changed(integration, { status: 'ENABLED', ...UNPROBED }, now))));
  },
});
