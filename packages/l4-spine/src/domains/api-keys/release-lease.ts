import type { DecideScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { decideOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { id } from '../text.ts';

/** Ends a lease of a key before its time. One that has expired, or was released before, is no fault: `released` tells. */
export const releaseLease = decideOperation<DecideScope>()({
  address: ['api_keys.query', 'release_lease'],
  planes: ['int'],
  permission: 'hoc:keys.verify',
  summary: 'Releases a lease of a key.',
  input: z.strictObject({ tenantId: id, keyId: id, leaseId: id }),
  output: z.object({ released: z.boolean() }),
  rejections: {},
  run: async ({ request: { input: { tenantId, keyId, leaseId } }, scope }) => ok({ released: await scope.meters.release(tenantId, keyId, leaseId) }),
});
