import type { ReadScope } from '@hoc/l5-engines/scope';
import { readOperation } from '../../kernel/operation.ts';
import { INVALID_INPUT } from '../invalid-input.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { usageOfOneTenant } from './invariants.ts';
import { keyUsageInput, readBuckets, usagePage } from './read-buckets.ts';

/** What was verified of one key of the tenant, in whatever state it is now. A key that took its place by a rotation is counted for itself. */
export const keyUsage = readOperation<ReadScope>()({
  address: ['usage.query', 'key'],
  anchor: 'usage.query',
  planes: ['cus', 'fdr'],
  permission: 'hoc:usage.read',
  tenancy: 'either',
  summary: 'Tells how often a key was verified, by hour or day and verdict, the newest first.',
  input: keyUsageInput,
  output: usagePage,
  invariants: [usageOfOneTenant],
  rejections: { ...NOT_FOUND, ...INVALID_INPUT },
  run: async (call) => {
    const { tenantId, input: { keyId } } = call.request;
    return (await call.scope.keys.get(tenantId, keyId)) === null ? notFound() : readBuckets(call, keyId);
  },
});
