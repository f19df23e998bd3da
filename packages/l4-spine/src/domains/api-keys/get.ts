import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { readingsOf } from './readings.ts';
import { keyShape, showKey } from './shapes.ts';

/** One key of the tenant, in whatever state. */
export const get = readOperation<ReadScope>()({
  address: ['api_keys.query', 'get'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:keys.read',
  tenancy: 'tenant',
  summary: 'Reads an API key.',
  input: z.strictObject({ keyId: id }),
  output: keyShape,
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId, input, now }, scope }) => {
    const key = await scope.keys.get(tenantId, input.keyId);
    return key === null ? notFound() : ok(showKey(key, await readingsOf(scope, tenantId, [key]), now));
  },
});
