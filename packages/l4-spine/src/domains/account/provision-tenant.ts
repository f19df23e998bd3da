import { newDataKey } from '@hoc/l5-engines/data-key';
import { newKey } from '@hoc/l5-engines/api-keys/issue';
import { CUS_PERMISSIONS } from '@hoc/l5-engines/api-keys/permissions-catalog';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { askToConfirm } from '../account-onboarding/ask-to-confirm.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { tokenShown } from '../shown-once.ts';
import { tenantAwaitsProvisioning } from './invariants.ts';
import { provisioningShape, showTenant } from './shapes.ts';

/**
 * Brings a CREATING tenant to life in one transaction: data-encryption key, counters, default project, first management
 * key, onboarding with a first confirmation of the contact address, ACTIVE. A crash before it leaves a tenant that can be provisioned at any time; there is no half-way.
 */
export const provisionTenant = writeOperation<WriteScope>()({
  address: ['account.write', 'provision_tenant'],
  anchor: 'tenant.provision',
  planes: ['fdr'],
  permission: 'hoc:tenants.provision',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Provisions a CREATING tenant; answers its first management key, whose token is shown once.',
  input: z.strictObject({}),
  output: provisioningShape,
  invariants: [tenantAwaitsProvisioning],
  rejections: { ...NOT_FOUND, ALREADY_PROVISIONED: { status: 409, title: 'Already provisioned' } },
  subject: ({ tenantId }) => tenantId,
  replay: ({ tenant, managementKey }) => ({ tenant, managementKey: { id: managementKey.id, ...tokenShown } }),
  run: async ({ request: { principal, now }, facts: { tenant }, scope }) => {
    if (tenant === null) return notFound();
    // Also where BI-TENANT-008 is only monitored: a second data key would make what the first one sealed unreadable.
    if (tenant.status !== 'CREATING') return reject('ALREADY_PROVISIONED', `The tenant is ${tenant.status}.`);
    const tenantId = tenant.id;
    const issued = newKey(
      {
        id: newId('key'), tenantId, locator: tenant.locator, projectId: null, name: 'First management key', environment: 'live',
        permissions: [...CUS_PERMISSIONS], grantable: null, allowedResources: [], allowedAddresses: [], expiresAt: null, metadata: {}, ownerRef: null,
        rateLimits: [], credits: null, maxConcurrent: null, by: actorOf(principal), now,
      },
      scope.vault,
    );
    if (!issued.ok) throw new Error('the first management key has settings that no key can have');
    const dataKey = newDataKey({ id: newId('dek'), tenantId, now }, scope.vault);
    const [provisioned, { told }] = await Promise.all([
      scope.tenants.setStatus(tenantId, 'CREATING', 'ACTIVE', now),
      askToConfirm(scope, { tenant, dataKey, now }),
      scope.dataKeys.insert(dataKey),
      scope.projects.insert({ tenantId, id: newId('prj'), name: 'default', status: 'ACTIVE', createdAt: now, updatedAt: now }),
      scope.keys.insert(issued.key),
      scope.counters.open(tenantId),
      scope.onboarding.open(tenantId, now),
      scope.counters.add(tenantId, issued.counterDelta.counter, issued.counterDelta.delta),
      scope.counters.add(tenantId, 'ACTIVE_PROJECTS', 1),
    ]);
    if (provisioned === null) throw new Error('the tenant changed under its lock');
    return ok({ tenant: showTenant(provisioned), managementKey: { id: issued.key.id, token: issued.token.reveal() } }, [told]);
  },
});
