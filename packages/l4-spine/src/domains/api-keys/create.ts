import { grantableOf } from '@hoc/l5-engines/api-keys/grant';
import { newKey } from '@hoc/l5-engines/api-keys/issue';
import { counterOf, kindOf } from '@hoc/l5-engines/api-keys/kind';
import { newId } from '@hoc/l5-engines/ids';
import { periodOf } from '@hoc/l5-engines/metering/credit-balance';
import type { ReadScope, WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { answered } from '../../kernel/answered.ts';
import { aheadWriteOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { okUnderway } from '../../kernel/result.ts';
import { advanceByFirstKey, AWAITING_FIRST_KEY } from '../account-onboarding/advance-by-first-key.ts';
import { event } from '../event.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { tokenShown } from '../shown-once.ts';
import { id, name } from '../text.ts';
import { grantsWithinOwn, keyOfActiveTenant, keysWithinPlan, projectOfKeyIsActive } from './invariants.ts';
import { UNUSED, withCredits } from './readings.ts';
import { moveCounter } from './save-key.ts';
import { environment, permissions, settings } from './settings.ts';
import { issuedKeyShape, showKey } from './shapes.ts';

/** What a new key is asked to be. Nothing that no rule enforces can be asked for. */
export const createInput = z
  .strictObject({ name, environment, permissions, projectId: id.nullable().optional(), ...settings })
  .superRefine(({ permissions: granted, grantable = null, allowedResources = [], rateLimits = [], credits = null, maxConcurrent = null }, context) => {
    const refuse = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
    const isManagement = kindOf(granted) === 'MANAGEMENT';
    if (isManagement && allowedResources.length > 0) refuse('allowedResources', 'a management key is not limited by resources: nothing would enforce it');
    const metered = { rateLimits: rateLimits.length > 0, credits: credits !== null, maxConcurrent: maxConcurrent !== null };
    for (const [field, isSet] of Object.entries(metered)) if (isManagement && isSet) refuse(field, 'a management key is not metered: nothing would enforce it');
    if (!isManagement && grantable !== null) refuse('grantable', 'a service key grants nothing');
  });

/** Makes an API key. A key with a `hoc:` permission is a management key, every other a service key. */
export const create = aheadWriteOperation<WriteScope, ReadScope>()({
  address: ['api_keys.write', 'create'],
  anchor: 'api_key.create',
  planes: ['cus', 'fdr'],
  permission: 'hoc:keys.create',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Creates an API key, whose token is shown once.',
  input: createInput,
  output: issuedKeyShape,
  invariants: [keyOfActiveTenant, keysWithinPlan, grantsWithinOwn, projectOfKeyIsActive],
  rejections: { ...NOT_FOUND, ...INVALID_INPUT },
  subject: (_request, issued) => issued?.key.id ?? null,
  replay: ({ key }) => ({ key, ...tokenShown }),
  events: (_request, { key }) => [event('api_key.created', { key })],
  // Whoever moves either holds the tenant, whose lock comes before this.
  ahead: ({ request: { tenantId, input }, scope }) => scope.onboarding.getBesideCounter(tenantId, counterOf(kindOf(input.permissions))),
  run: async ({ request: { input, principal, now }, facts: { tenant, grantor, project }, scope, ahead }) => {
    // Each is refused by its rule; where that is only monitored, there is still nothing to make a key from.
    if (tenant === null || (project !== null && project.projectId !== null && project.project === null)) return notFound();
    const issued = newKey(
      {
        id: newId('key'), tenantId: tenant.id, locator: tenant.locator, projectId: input.projectId ?? null, name: input.name, environment: input.environment,
        permissions: input.permissions, grantable: grantableOf(grantor ?? { permissions: [], grantable: [] }, input.grantable, input.permissions),
        allowedResources: input.allowedResources ?? [], allowedAddresses: input.allowedAddresses ?? [], expiresAt: input.expiresAt ?? null,
        metadata: input.metadata ?? {}, ownerRef: input.ownerRef ?? null, rateLimits: input.rateLimits ?? [], credits: input.credits ?? null,
        maxConcurrent: input.maxConcurrent ?? null, by: actorOf(principal), now,
      },
      scope.vault,
    );
    if (!issued.ok) return invalidInput(issued.problems);
    const { key, credits } = issued;
    const readings = credits === null ? UNUSED : withCredits(UNUSED, { remaining: credits, period: periodOf(now) });
    const value = { key: showKey(key, readings, now), token: issued.token.reveal() };
    const standing = await ahead;
    // The first service key is a step of the tenant's onboarding, taken with it or not at all.
    const told = key.kind === 'SERVICE' && standing?.state === AWAITING_FIRST_KEY ? await advanceByFirstKey(scope, tenant.id, key.id, now) : [];
    // Where the rules are only monitored, a tenant may get here before its provisioning has opened its counters.
    if (standing === null && tenant.status === 'CREATING') await scope.counters.open(tenant.id);
    const sent = [
      scope.keys.insert(key),
      moveCounter(scope, tenant.id, issued.counterDelta),
      // After the key, to which they refer.
      ...(credits === null ? [] : [scope.credits.set(tenant.id, key.meterId, credits, now)]),
    ];
    // A counter that may not be there is seen by its answer alone not to have moved.
    if (standing === null) await answered(sent);
    return okUnderway(value, told, sent);
  },
});
