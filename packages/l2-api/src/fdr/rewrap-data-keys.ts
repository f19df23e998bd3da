import { z } from 'zod';
import type { Composition } from '../http/route.ts';
import type { Address } from '../http/spine.ts';

const TENANT_IDS: Address = ['account.query', 'list_tenant_ids'];
const STALE: Address = ['account.query', 'stale_data_keys'];
const REWRAP: Address = ['account.write', 'rewrap_data_keys'];

const idsPage = z.object({ items: z.array(z.string()), nextCursor: z.string().nullable() });
const staleKeys = z.object({ stale: z.int() });
const rewrappedKeys = z.looseObject({ rewrapped: z.int() });

/**
 * Wraps the data keys of a page of tenants under the current key-encryption key, tenant by tenant, each in a transaction of its
 * own. Whoever goes on until `nextCursor` is null has been through all tenants; it may be stopped and begun again at any time, for
 * a tenant that needs nothing is not written to. A tenant whose keys cannot be wrapped again is named in `failed`, and the log
 * says why; an outage ends the page.
 */
export const rewrapDataKeys: Composition = {
  operations: [TENANT_IDS, STALE],
  input: (rewrap, [list = rewrap]) => list.input,
  output: () => z.object({ tenants: z.int(), rewrapped: z.int(), failed: z.array(z.string()), nextCursor: z.string().nullable() }),
  async run({ input, requestId, execute }) {
    const listed = await execute(TENANT_IDS, { input });
    if (!listed.ok) return listed;
    const { items: ids, nextCursor } = idsPage.parse(listed.value);
    const failed: string[] = [];
    let rewrapped = 0;
    for (const tenantId of ids) {
      // One after the other on purpose: this must not crowd out what the server is for.
      const counted = await execute(STALE, { input: {}, tenantId });
      if (counted.ok && staleKeys.parse(counted.value).stale === 0) continue;
      const written = counted.ok ? await execute(REWRAP, { input: {}, tenantId }) : counted;
      if (written.ok) rewrapped += rewrappedKeys.parse(written.value).rewrapped;
      else if (written.denial.status === 500) failed.push(tenantId);
      else return written;
    }
    return { ok: true, value: { tenants: ids.length, rewrapped, failed, nextCursor }, replayed: false, requestId };
  },
};
