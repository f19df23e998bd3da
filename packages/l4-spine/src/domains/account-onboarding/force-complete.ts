import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { reason } from '../text.ts';
import { stepIsNext } from './invariants.ts';
import { NOT_TAKEN, notNextStep } from './not-taken.ts';
import { onboardingShape, showOnboarding } from './shapes.ts';

/** An operator ends an onboarding that its tenant does not, and says why. Nothing is taken for shown that was not. */
export const forceComplete = writeOperation<WriteScope>()({
  address: ['account_onboarding.write', 'force_complete'],
  anchor: 'onboarding.advance',
  planes: ['fdr'],
  permission: 'hoc:onboarding.force',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: "Completes a tenant's onboarding from whatever state it is in, for a reason that is kept.",
  input: withStep('force_complete', z.strictObject({ reason })),
  output: onboardingShape,
  invariants: [stepIsNext],
  rejections: { ...NOT_FOUND, ...NOT_TAKEN },
  subject: ({ tenantId }) => tenantId,
  events: (_request, onboarding) => [event('onboarding.completed', { onboarding })],
  run: async ({ request: { input, principal, tenantId, now }, facts: { tenant, onboarding }, scope }) => {
    if (tenant === null || onboarding === null) return notFound();
    const { state } = onboarding;
    if (state === 'COMPLETE') return notNextStep();
    const row = await scope.onboarding.complete(tenantId, state, { by: actorOf(principal), at: now, forcedReason: input.reason });
    if (row === null) return notNextStep();
    await scope.onboardingEvidence.add({ tenantId, id: newId('evd'), step: 'COMPLETE', kind: 'FORCED', subject: principal.id, detail: { from: state, reason: input.reason }, at: now });
    return ok(showOnboarding(row));
  },
});
