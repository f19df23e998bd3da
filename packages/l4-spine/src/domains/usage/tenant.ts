import type { ReadScope } from '@hoc/l5-engines/scope';
import { readOperation } from '../../kernel/operation.ts';
import { INVALID_INPUT } from '../invalid-input.ts';
import { usageOfOneTenant } from './invariants.ts';
import { readBuckets, tenantUsageInput, usagePage } from './read-buckets.ts';

/** What was verified of all keys of the tenant. An operator names the tenant. */
export const tenantUsage = readOperation<ReadScope>()({
  address: ['usage.query', 'tenant'],
  anchor: 'usage.query',
  planes: ['cus', 'fdr'],
  permission: 'hoc:usage.read',
  tenancy: 'either',
  summary: 'Tells how often keys of the tenant were verified, by hour or day and verdict, the newest first.',
  input: tenantUsageInput,
  output: usagePage,
  invariants: [usageOfOneTenant],
  rejections: INVALID_INPUT,
  run: (call) => readBuckets(call, null),
});
