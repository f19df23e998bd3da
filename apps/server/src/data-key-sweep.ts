import { randomUUID } from 'node:crypto';
import { rewrapDataKeys } from '@hoc/l2-api/fdr/rewrap-data-keys';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { z } from 'zod';
import type { HocRegistry } from './compose.ts';

/** Who goes round: the server itself, with what that takes. */
const SERVER: Principal = {
  plane: 'fdr', id: 'server', name: 'data key sweep', tenantId: null, permissions: new Set(['hoc:tenants.read', 'hoc:data-keys.rewrap']),
};

const page = z.object({ rewrapped: z.int(), failed: z.array(z.string()), nextCursor: z.string().nullable() });

/** What one round did; `isComplete` false where it ended before the last tenant, and the next round has to begin anew. */
export interface DataKeySweep {
  readonly rewrapped: number;
  readonly failed: readonly string[];
  readonly isComplete: boolean;
}

/**
 * One round over all tenants that wraps their data keys under this server's current key-encryption key. It writes only where that
 * is needed, so rounds of several servers may meet. `signal` ends it after the page at hand.
 */
export async function sweepDataKeys(registry: Pick<HocRegistry, 'execute'>, signal?: AbortSignal): Promise<DataKeySweep> {
  const failed: string[] = [];
  let rewrapped = 0;
  let cursor: string | null = null;
  do {
    if (signal?.aborted === true) return { rewrapped, failed, isComplete: false };
    const requestId = randomUUID();
    const answer = await rewrapDataKeys.run({
      input: cursor === null ? {} : { cursor }, tenantId: undefined, idempotencyKey: undefined, requestId,
      execute: ([address, method], call) => registry.execute(address, { method, principal: SERVER, requestId, ...call }),
    });
    if (!answer.ok) return { rewrapped, failed, isComplete: false };
    const done = page.parse(answer.value);
    rewrapped += done.rewrapped;
    failed.push(...done.failed);
    cursor = done.nextCursor;
  } while (cursor !== null);
  return { rewrapped, failed, isComplete: true };
}
