import type { DecideScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { decideOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { instantOut } from '../instant.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { leaseSeconds } from './lease-seconds.ts';

/** Lets a lease of a key end `seconds` from now. One that has expired or was released is not found: its place may be another's. */
export const renewLease = decideOperation<DecideScope>()({
  address: ['api_keys.query', 'renew_lease'],
  planes: ['int'],
  permission: 'hoc:keys.verify',
  summary: 'Renews a lease of a key.',
  input: z.strictObject({ tenantId: id, keyId: id, leaseId: id, seconds: leaseSeconds }),
  output: z.object({ leaseId: z.string(), expiresAt: instantOut }),
  rejections: NOT_FOUND,
  run: async ({ request: { input: { tenantId, keyId, leaseId, seconds } }, scope }) => {
    const expiresAt = await scope.meters.renew(tenantId, keyId, leaseId, seconds);
    return expiresAt === null ? notFound() : ok({ leaseId, expiresAt: expiresAt.toISOString() });
  },
});
