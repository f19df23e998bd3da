import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { pageOf } from '../page.ts';
import { connectorTypeShape, showConnectorType } from './shapes.ts';

/** What a tenant can connect to. */
export const listConnectorTypes = readOperation<ReadScope>()({
  address: ['connector_types.query', 'list'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:integrations.read',
  tenancy: 'tenant',
  summary: 'Lists what integrations can connect to, each with the JSON Schema of its config.',
  input: z.strictObject({}),
  output: pageOf(connectorTypeShape),
  rejections: {},
  run: async ({ scope }) => ok({ items: (await scope.connectorTypes.list()).filter(({ isEnabled }) => isEnabled).map(showConnectorType), nextCursor: null }),
});
