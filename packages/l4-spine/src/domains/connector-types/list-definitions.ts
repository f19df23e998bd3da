import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { pageOf } from '../page.ts';
import { connectorDefinitionShape, showConnectorDefinition } from './shapes.ts';

/** All connector types, those that were removed included, and how integrations of them are probed. */
export const listConnectorDefinitions = readOperation<ReadScope>()({
  address: ['connector_types.query', 'list_definitions'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:connectors.read',
  tenancy: 'platform',
  summary: 'Lists all connector types with their probes.',
  input: z.strictObject({}),
  output: pageOf(connectorDefinitionShape),
  rejections: {},
  run: async ({ scope }) => ok({ items: (await scope.connectorTypes.list()).map(showConnectorDefinition), nextCursor: null }),
});
