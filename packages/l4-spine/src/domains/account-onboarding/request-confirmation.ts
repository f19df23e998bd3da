import { CONFIRMATIONS_AT_MOST, countedSince, secondsUntilAnother } from '@hoc/l5-engines/account/contact-confirmation';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, rejectForNow } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { askToConfirm } from './ask-to-confirm.ts';
import { stepIsNext } from './invariants.ts';
import { confirmationShape, showConfirmation } from './shapes.ts';

/** Sends another token to the contact address: the first one goes out when the tenant is provisioned. */
export const requestConfirmation = writeOperation<WriteScope>()({
  address: ['account_onboarding.write', 'request_confirmation'],
  anchor: 'onboarding.advance',
  planes: ['cus'],
  permission: 'hoc:onboarding.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Sends another token to the contact address, good for 24 hours; the answer never holds it. At most five go out in 24 hours, the first one included.',
  input: withStep('request_confirmation', z.strictObject({})),
  output: confirmationShape,
  invariants: [stepIsNext],
  rejections: { ...NOT_FOUND, RATE_LIMITED: { status: 429, title: 'Too many confirmations' } },
  subject: (_request, confirmation) => confirmation?.id ?? null,
  run: async ({ request: { now }, facts: { tenant }, scope }) => {
    const dataKey = tenant === null ? null : await scope.dataKeys.get(tenant.id);
    // Where the rule is only monitored: a tenant that was never provisioned has nothing to seal a token under.
    if (tenant === null || dataKey === null) return notFound();
    // INVARIANT: exact, for whoever asks for a confirmation holds the tenant for update.
    const seconds = secondsUntilAnother(await scope.contactConfirmations.madeSince(tenant.id, countedSince(now)), now);
    if (seconds > 0) {
      return rejectForNow('RATE_LIMITED', `${CONFIRMATIONS_AT_MOST} confirmations were sent to the contact address in the last 24 hours; each of their tokens confirms it, for 24 hours.`, seconds);
    }
    const { confirmation, told } = await askToConfirm(scope, { tenant, dataKey, now });
    return ok(showConfirmation(confirmation), [told]);
  },
});
