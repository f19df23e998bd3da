import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { reason } from '../text.ts';
import { noLiveKeyAfterTermination, tenantAllowsStep, tenantCanBeTerminated } from './invariants.ts';
import { moveTenant } from './move-tenant.ts';
import { showTenant, tenantShape } from './shapes.ts';

/** Ends a tenant for good: every live key is revoked in the same transaction, the management keys with the others. */
export const terminateTenant = writeOperation<WriteScope>()({
  address: ['account.write', 'terminate_tenant'],
  anchor: 'tenant.delete',
  planes: ['fdr'],
  permission: 'hoc:tenants.terminate',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Terminates a tenant and revokes all its keys. This cannot be undone.',
  input: withStep('terminate', z.strictObject({ reason })),
  output: tenantShape,
  invariants: [tenantCanBeTerminated, tenantAllowsStep, noLiveKeyAfterTermination],
  rejections: NOT_FOUND,
  subject: ({ tenantId }) => tenantId,
  events: (_request, tenant) => [event('tenant.terminated', { tenant })],
  run: async ({ request: { input, principal, now }, facts: { tenant, liveKeyCounts }, scope }) => {
    if (tenant === null) return notFound();
    const { service, management } = liveKeyCounts;
    const [moved] = await Promise.all([
      moveTenant(scope, tenant, input.step, now),
      // The expired ones are taken out of the count as well, so that no key is left that a counter would move for.
      scope.keys.settleExpired(tenant.id, 'SERVICE', now),
      scope.keys.settleExpired(tenant.id, 'MANAGEMENT', now),
      scope.keys.revokeAllLive(tenant.id, actorOf(principal), input.reason, now),
      service > 0 && scope.counters.add(tenant.id, 'LIVE_SERVICE_KEYS', -service),
      management > 0 && scope.counters.add(tenant.id, 'LIVE_MANAGEMENT_KEYS', -management),
    ]);
    return ok(showTenant(moved));
  },
});
