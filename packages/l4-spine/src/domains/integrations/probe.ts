import { allowsIntegrationStep } from '@hoc/l5-engines/integrations/lifecycle';
import { recordOf } from '@hoc/l5-engines/integrations/probe-record';
import type { DecideScope, ReadScope, WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { preparedWriteOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id } from '../text.ts';
import { integrationAllowsStep } from './invariants.ts';
import { integrationShape, showIntegration } from './shapes.ts';
import { STEP_REFUSED, stepRefused } from './step-refused.ts';
import { tryIntegration } from './try-integration.ts';

/**
 * Tries an integration by a real request, and then, in the transaction, stores what came of it.
 * INVARIANT: what came of it is stored only on the very version that was tried: a disable, another config or another credential
 * meanwhile wins. Nobody can send a result: it is HOC's own.
 */
export const probeIntegration = preparedWriteOperation<WriteScope, ReadScope, DecideScope>()({
  address: ['integrations.write', 'probe'],
  anchor: 'integration.probe',
  planes: ['cus', 'fdr'],
  permission: 'hoc:integrations.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Tries an integration by a real request, and stores its health.',
  input: withStep('probe', z.strictObject({ integrationId: id })),
  output: integrationShape,
  invariants: [integrationAllowsStep],
  rejections: {
    ...NOT_FOUND, ...STEP_REFUSED,
    CHANGED_MEANWHILE: { status: 409, title: 'The integration was changed meanwhile' },
    PROBE_NOT_SENT: { status: 409, title: 'Nothing was sent' },
  },
  subject: ({ input }) => input.integrationId,
  prepare: ({ request: { tenantId, input }, outside }) => tryIntegration(outside, tenantId, input.integrationId),
  run: async ({ request: { tenantId, now }, facts: { tenant, integration }, prepared, scope }) => {
    if (tenant === null || integration === null) return notFound();
    // Where the rule is only monitored.
    if (tenant.status !== 'ACTIVE') return stepRefused(`the tenant is ${tenant.status}`);
    const allowed = allowsIntegrationStep(integration, 'probe');
    if (allowed !== true) return stepRefused(allowed);
    if (prepared === null || prepared.version !== integration.version) return reject('CHANGED_MEANWHILE', 'The integration was changed while it was tried; nothing was stored. Try again.');
    const { finding } = prepared;
    const record = recordOf(integration, finding, now);
    if (record === null) return reject('PROBE_NOT_SENT', 'message' in finding ? finding.message : 'Nothing was sent.');
    const stored = await scope.integrations.recordProbe(tenantId, integration.id, prepared.version, { ...record, probedRevision: prepared.revision });
    // Under its lock, and at this version: only a later probe has been faster.
    if (stored === null) return ok(showIntegration(integration));
    const shown = showIntegration(stored);
    const isNews = stored.health !== integration.health || stored.status !== integration.status;
    return ok(shown, isNews ? [event('integration.health_changed', { integration: shown })] : []);
  },
});
