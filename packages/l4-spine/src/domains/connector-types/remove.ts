import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { connectorDefinitionShape, showConnectorDefinition } from './shapes.ts';

/**
 * Takes a connector type out of use: nothing of it is created or enabled any more, and the next probe of an integration of it takes
 * that to ERROR. Its row stays, for integrations name it; defining it again brings it back.
 */
export const removeConnectorType = writeOperation<WriteScope>()({
  address: ['connector_types.write', 'remove'],
  anchor: 'connector_type.remove',
  planes: ['fdr'],
  permission: 'hoc:connectors.write',
  tenancy: 'platform',
  whenDegraded: 'allowed',
  summary: 'Takes a connector type out of use.',
  input: z.strictObject({ name: id }),
  output: connectorDefinitionShape,
  invariants: [],
  exemption: { reason: 'Taking a connector type away protects. What was enabled before is found by the scan of BI-INTEG-001, and by the next probe.' },
  rejections: NOT_FOUND,
  subject: ({ input }) => input.name,
  run: async ({ request: { input, now }, scope }) => {
    const type = await scope.connectorTypes.lockForUpdate(input.name);
    if (type === null) return notFound();
    return ok(showConnectorDefinition(type.isEnabled ? await scope.connectorTypes.put({ ...type, isEnabled: false, updatedAt: now }) : type));
  },
});
