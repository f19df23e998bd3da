import { z } from 'zod';
import type { Composition } from '../http/route.ts';
import type { Address } from '../http/spine.ts';

const CREATE: Address = ['account.write', 'create_tenant'];
const PROVISION: Address = ['account.write', 'provision_tenant'];
const PROVISIONING: Address = ['account.query', 'get_provisioning'];

const identified = z.looseObject({ id: z.string() });

/**
 * A tenant, created and provisioned: two writes, each idempotent under the caller's one key (HTTP-API.md, "Idempotency").
 * A crash between the two leaves a CREATING tenant; the same request under the same key creates nothing again and
 * finishes it. The token is in the answer of the call that made it, and in no other.
 */
export const createTenant: Composition = {
  operations: [PROVISION, PROVISIONING],
  output: (create, [provision = create]) => provision.output,
  async run({ input, idempotencyKey, execute }) {
    const created = await execute(CREATE, { input, idempotencyKey });
    if (!created.ok) return created;
    const { id: tenantId } = identified.parse(created.value);
    const provisioned = await execute(PROVISION, { input: {}, tenantId, idempotencyKey });
    if (provisioned.ok || !created.replayed || provisioned.denial.status !== 409 || provisioned.denial.code === 'IDEMPOTENCY_IN_FLIGHT') return provisioned;
    // Somebody has finished it under another key, or under none: nothing is owed any more, and the token is told.
    const earlier = await execute(PROVISIONING, { input: {}, tenantId });
    return earlier.ok ? earlier : provisioned;
  },
};
