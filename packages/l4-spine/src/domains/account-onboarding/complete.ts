import { allHold, predicatesOf } from '@hoc/l5-engines/account/onboarding-predicates';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { stillLive } from './facts.ts';
import { predicatesHold } from './invariants.ts';
import { NOT_TAKEN, notNextStep } from './not-taken.ts';
import { onboardingShape, showOnboarding } from './shapes.ts';

/** The last step: the tenant is in business. */
export const complete = writeOperation<WriteScope>()({
  address: ['account_onboarding.write', 'complete'],
  anchor: 'onboarding.activate',
  planes: ['cus'],
  permission: 'hoc:onboarding.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Completes the onboarding, where all four predicates hold.',
  input: z.strictObject({}),
  output: onboardingShape,
  invariants: [predicatesHold],
  rejections: { ...NOT_FOUND, ...NOT_TAKEN },
  subject: ({ tenantId }) => tenantId,
  events: (_request, onboarding) => [event('onboarding.completed', { onboarding })],
  run: async ({ request: { principal, tenantId, now }, facts: { tenant, onboardingEvidence }, scope }) => {
    if (tenant === null) return notFound();
    const row = await scope.onboarding.complete(tenantId, 'SDK_CONNECTED', { by: actorOf(principal), at: now, forcedReason: null });
    if (row === null) return notNextStep();
    const predicates = predicatesOf({ tenantStatus: tenant.status, ...stillLive(onboardingEvidence, now) });
    // Where the rule is only monitored there may be nothing to record: evidence never says what was not so.
    if (allHold(predicates) === true) {
      const detail = Object.fromEntries(predicates.map(({ name, evidence }) => [name, evidence]));
      await scope.onboardingEvidence.add({ tenantId, id: newId('evd'), step: 'COMPLETE', kind: 'PREDICATES_HELD', subject: null, detail, at: now });
    }
    return ok(showOnboarding(row));
  },
});
