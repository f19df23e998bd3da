import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { reason } from '../text.ts';
import { tenantAllowsStep } from './invariants.ts';
import { showTenant, tenantShape } from './shapes.ts';
import { moveTenant } from './move-tenant.ts';

/** Suspends an ACTIVE tenant: its keys verify as TENANT_NOT_ACTIVE at once, and nothing comes to life until it is resumed. */
export const suspendTenant = writeOperation<WriteScope>()({
  address: ['account.write', 'suspend_tenant'],
  anchor: 'tenant.transition',
  planes: ['fdr'],
  permission: 'hoc:tenants.suspend',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Suspends an ACTIVE tenant: its keys verify as TENANT_NOT_ACTIVE at once, and nothing comes to life until it is resumed.',
  input: withStep('suspend', z.strictObject({ reason })),
  output: tenantShape,
  invariants: [tenantAllowsStep],
  rejections: NOT_FOUND,
  subject: ({ tenantId }) => tenantId,
  events: (_request, tenant) => [event('tenant.suspended', { tenant })],
  run: async ({ request: { input, now }, facts: { tenant }, scope }) =>
    tenant === null ? notFound() : ok(showTenant(await moveTenant(scope, tenant, input.step, now))),
});
