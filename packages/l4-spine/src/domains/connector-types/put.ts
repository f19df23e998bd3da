import { connectorTypeProblems } from '@hoc/l5-engines/integrations/connector-type';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { jsonObject } from '../json-object.ts';
import { rawText, text } from '../text.ts';
import { connectorDefinitionShape, credentialKind, showConnectorDefinition } from './shapes.ts';

/** The name of a connector type that is defined: of the kind that stands in code and in logs. */
const definedName = z.string().regex(/^[A-Z][A-Z0-9_]{0,49}$/, 'must be capitals, digits and underscores, at most 50');

const probe = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST']), url: rawText(2000).min(1), headers: z.record(rawText(100).min(1), rawText(1000)).default({}), body: rawText(4000).optional(),
  healthyStatuses: z.array(z.int().min(100).max(599)).min(1).max(50),
});

/** Defines a connector type, or puts another definition in the place of one; it is registered from then on. */
export const putConnectorType = writeOperation<WriteScope>()({
  address: ['connector_types.write', 'put'],
  anchor: 'connector_type.put',
  planes: ['fdr'],
  permission: 'hoc:connectors.write',
  tenancy: 'platform',
  whenDegraded: 'refused',
  summary: 'Defines a connector type: the JSON Schema of its config, its credential, and its probe.',
  input: z.strictObject({ name: definedName, title: text(100), configSchema: jsonObject, probe, credentialKind }),
  output: connectorDefinitionShape,
  invariants: [],
  exemption: { reason: 'A definition is judged by itself. What stands on it is judged by BI-INTEG-001 whenever it is enabled, and its scan finds what a change has left behind.' },
  rejections: INVALID_INPUT,
  subject: ({ input }) => input.name,
  run: async ({ request: { input: { probe: { body, ...rest }, ...input }, now }, scope }) => {
    const definition = { ...input, probe: body === undefined ? rest : { ...rest, body } };
    const problems = connectorTypeProblems(definition, scope.urlPolicy);
    if (problems.length > 0) return invalidInput(problems);
    return ok(showConnectorDefinition(await scope.connectorTypes.put({ ...definition, isEnabled: true, createdAt: now, updatedAt: now })));
  },
});
