import { newId } from '@hoc/l5-engines/ids';
import { credentialProblems } from '@hoc/l5-engines/integrations/credential';
import { foldName } from '@hoc/l5-engines/integrations/folded-name';
import { UNPROBED } from '@hoc/l5-engines/integrations/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { jsonObject } from '../json-object.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import type { IntegrationRow } from '../rows.ts';
import { name } from '../text.ts';
import { integrationOfActiveTenant } from './invariants.ts';
import { configProblems, connectorType, credential, NAME_TAKEN, nameTaken, originOf } from './settings.ts';
import { integrationShape, showIntegration } from './shapes.ts';
import { sealCredential } from './stored-credential.ts';

/** Makes an integration. It is not in use before it is enabled. */
export const createIntegration = writeOperation<WriteScope>()({
  address: ['integrations.write', 'create'],
  anchor: 'integration.create',
  planes: ['cus'],
  permission: 'hoc:integrations.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Creates an integration; it is not in use before it is enabled. Its credential is never shown again.',
  input: z.strictObject({ connectorType, name, config: jsonObject.default({}), credential: credential.nullable().default(null) }),
  output: integrationShape,
  invariants: [integrationOfActiveTenant],
  rejections: { ...NOT_FOUND, ...INVALID_INPUT, ...NAME_TAKEN, PLAN_LIMIT: { status: 409, title: 'The plan allows no more integrations' } },
  subject: (_request, integration) => integration?.id ?? null,
  events: (_request, integration) => [event('integration.created', { integration })],
  run: async ({ request: { input, principal, now }, facts: { tenant }, scope }) => {
    if (tenant === null) return notFound();
    const [tenantId, id, nameFolded] = [tenant.id, newId('int'), foldName(input.name)];
    // The end of the audit chain is this write's: nobody else takes a name, or a place in the plan, meanwhile.
    const [type, namesake, { value, cap }] = await Promise.all([
      scope.connectorTypes.get(input.connectorType),
      scope.integrations.findByName(tenantId, nameFolded),
      scope.counters.lockWithCap(tenantId, 'LIVE_INTEGRATIONS'),
    ]);
    if (type === null || !type.isEnabled) return invalidInput([{ path: ['connectorType'], message: 'is not a connector type that is registered' }]);
    const problems = [...credentialProblems(type.credentialKind, input.credential, scope.urlPolicy), ...configProblems(type, input.config, scope)];
    if (problems.length > 0) return invalidInput(problems);
    if (namesake !== null) return nameTaken();
    if (value >= cap) return reject('PLAN_LIMIT', `The tenant has ${value} integrations, and its plan ${tenant.plan} allows ${cap}.`);
    const sealed = await sealCredential(scope, { tenantId, integrationId: id, origin: originOf(type, input.config) }, input.credential);
    // Where the rule is only monitored: a tenant that was never provisioned.
    if (sealed === null) return notFound();
    const integration: IntegrationRow = {
      tenantId, id, connectorType: type.name, name: input.name, nameFolded, config: input.config, ...sealed, status: 'CREATED', ...UNPROBED,
      createdBy: actorOf(principal), createdAt: now, updatedAt: now, deletedAt: null, version: 1,
    };
    await Promise.all([scope.integrations.insert(integration), scope.counters.add(tenantId, 'LIVE_INTEGRATIONS', 1)]);
    return ok(showIntegration(integration));
  },
});
