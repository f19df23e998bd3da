import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { name } from '../text.ts';
import { organizationShape, showOrganization } from './shapes.ts';

/** Makes an organization, which owns tenants. */
export const createOrganization = writeOperation<WriteScope>()({
  address: ['account.write', 'create_organization'],
  anchor: 'organization.create',
  planes: ['fdr'],
  permission: 'hoc:organizations.create',
  tenancy: 'platform',
  whenDegraded: 'refused',
  summary: 'Creates an organization.',
  input: z.strictObject({ name }),
  output: organizationShape,
  invariants: [],
  exemption: { reason: 'An organization is a name that stands on nothing else: there is no state that could forbid it.' },
  rejections: {},
  subject: (_request, organization) => organization?.id ?? null,
  run: async ({ request: { input, now }, scope }) => {
    const organization = { id: newId('org'), name: input.name, createdAt: now };
    await scope.organizations.insert(organization);
    return ok(showOrganization(organization));
  },
});
