import { rewrapDataKey } from '@hoc/l5-engines/data-key';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';

/**
 * Wraps a tenant's data keys under the current key-encryption key. What is sealed under them is not touched: they are the
 * same keys. Once every tenant has been through it, an old key-encryption key opens nothing any more.
 */
export const rewrapDataKeys = writeOperation<WriteScope>()({
  address: ['account.write', 'rewrap_data_keys'],
  anchor: 'tenant.rewrap_data_keys',
  planes: ['fdr'],
  permission: 'hoc:data-keys.rewrap',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: "Wraps a tenant's data keys under the current key-encryption key; what is sealed under them stays as it is.",
  input: z.strictObject({}),
  output: z.object({ rewrapped: z.int(), kekId: z.string() }),
  invariants: [],
  exemption: { reason: 'It changes under what a data key is wrapped, never the data key: there is nothing that a rule could say no to, and a tenant in any state is better off.' },
  rejections: { ...NOT_FOUND, NOT_PROVISIONED: { status: 409, title: 'Not provisioned' } },
  subject: ({ tenantId }) => tenantId,
  run: async ({ request: { tenantId }, scope: { tenants, dataKeys, vault } }) => {
    const kekId = vault.keks.current.id;
    const [tenant, stale] = await Promise.all([tenants.get(tenantId), dataKeys.listWrappedOtherwise(tenantId, kekId)]);
    if (tenant === null) return notFound();
    if (tenant.status === 'CREATING') return reject('NOT_PROVISIONED', 'The tenant has no data key yet; its first one is wrapped when it is provisioned.');
    for (const row of stale) {
      const rewrapped = rewrapDataKey(row, vault);
      // A row that was altered, or a file that lost a key: not this caller's to mend, and nothing of the tenant is touched.
      if (!rewrapped.ok) throw new Error(`the data key ${row.id} cannot be wrapped again: ${rewrapped.problem}`);
      // A tenant's writes go one by one, so whoever else wraps them has done so before this one began.
      if (!(await dataKeys.rewrap(row, rewrapped.wrapped))) throw new Error(`the data key ${row.id} changed under the tenant's lock`);
    }
    return ok({ rewrapped: stale.length, kekId });
  },
});
