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

/** Resumes a SUSPENDED tenant. */
export const resumeTenant = writeOperation<WriteScope>()({
  address: ['account.write', 'resume_tenant'],
  anchor: 'tenant.transition',
  planes: ['fdr'],
  permission: 'hoc:tenants.resume',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Resumes a SUSPENDED tenant.',
  input: withStep('resume', z.strictObject({ reason })),
  output: tenantShape,
  invariants: [tenantAllowsStep],
  rejections: NOT_FOUND,
  subject: ({ tenantId }) => tenantId,
  events: (_request, tenant) => [event('tenant.resumed', { tenant })],
  run: async ({ request: { input, now }, facts: { tenant }, scope }) =>
    tenant === null ? notFound() : ok(showTenant(await moveTenant(scope, tenant, input.step, now))),
});
