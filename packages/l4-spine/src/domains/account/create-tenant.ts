import { newTenant } from '@hoc/l5-engines/account/tenant';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { newLocator } from '@hoc/l5-engines/token';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id, nameOrBlank, text } from '../text.ts';
import { tenantOfOrganization } from './invariants.ts';
import { showTenant, tenantShape } from './shapes.ts';

/** Five base62 characters are 916 million locators: drawing this many taken ones in a row means a broken random source. */
const MAX_DRAWS = 16;

/** Makes a tenant, CREATING: it has no key and no project until it is provisioned. */
export const createTenant = writeOperation<WriteScope>()({
  address: ['account.write', 'create_tenant'],
  anchor: 'tenant.create',
  planes: ['fdr'],
  permission: 'hoc:tenants.create',
  tenancy: 'platform',
  whenDegraded: 'refused',
  summary: 'Creates a tenant, which is CREATING until it is provisioned.',
  // A blank name is for BI-TENANT-002 to refuse.
  input: z.strictObject({ organizationId: id, name: nameOrBlank, plan: text(50), contactEmail: z.email().max(254) }),
  output: tenantShape,
  invariants: [tenantOfOrganization],
  rejections: { ...NOT_FOUND, PLAN_UNKNOWN: { status: 422, title: 'Unknown plan' } },
  subject: (_request, tenant) => tenant?.id ?? null,
  run: async ({ request: { input, now }, facts, scope }) => {
    if (facts.organization === null) return notFound();
    if ((await scope.plans.get(input.plan)) === null) return reject('PLAN_UNKNOWN', `There is no plan named ${input.plan}.`);
    const tenantId = newId('tnt');
    const tenant = newTenant({ ...input, id: tenantId, name: input.name.trim(), locator: await claimedLocator(scope, tenantId, now), now });
    await scope.tenants.insert(tenant);
    return ok(showTenant(tenant));
  },
});

/** A locator that is this tenant's from now on, drawn again where another tenant has it. */
async function claimedLocator({ locators, vault }: WriteScope, tenantId: string, now: Date): Promise<string> {
  for (let draws = 0; draws < MAX_DRAWS; draws += 1) {
    const locator = newLocator(vault.randomBytes);
    if (await locators.claim(locator, tenantId, now)) return locator;
  }
  throw new Error(`${MAX_DRAWS} locators in a row were taken`);
}
