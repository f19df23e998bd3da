import { foldName } from '@hoc/l5-engines/integrations/folded-name';
import { changed, UNPROBED } from '@hoc/l5-engines/integrations/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { jsonObject } from '../json-object.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id, name } from '../text.ts';
import { integrationAllowsStep } from './invariants.ts';
import { saveIntegration } from './save-integration.ts';
import { configProblems, NAME_TAKEN, nameTaken, originOf, VERSION_CONFLICT, versionConflict } from './settings.ts';
import { integrationShape, showIntegration } from './shapes.ts';

/**
 * Changes name or config of an integration, if it is still at the version that the caller has read. Its type never changes. With
 * another config it counts as never probed.
 * INVARIANT: no change of config leads a stored credential to another origin than it was given for: who may change settings may not
 * use the credential that somebody else has given.
 */
export const updateIntegration = writeOperation<WriteScope>()({
  address: ['integrations.write', 'update'],
  anchor: 'integration.update',
  planes: ['cus'],
  permission: 'hoc:integrations.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Changes name or config of an integration, if its version is still the given one.',
  input: withStep('update', z.strictObject({ integrationId: id, version: z.int().min(1), name: name.optional(), config: jsonObject.optional() })),
  output: integrationShape,
  invariants: [integrationAllowsStep],
  rejections: {
    ...NOT_FOUND, ...INVALID_INPUT, ...NAME_TAKEN, ...VERSION_CONFLICT,
    CREDENTIAL_BOUND: { status: 409, title: 'The credential was given for another origin' },
  },
  subject: ({ input }) => input.integrationId,
  events: (_request, integration) => [event('integration.updated', { integration })],
  run: async ({ request: { tenantId, input, now }, facts: { integration }, scope }) => {
    if (integration === null) return notFound();
    if (integration.version !== input.version) return versionConflict(integration.version);
    const { name: nextName = integration.name, config } = input;
    const nameFolded = foldName(nextName);
    const [type, namesake] = await Promise.all([scope.connectorTypes.get(integration.connectorType), scope.integrations.findByName(tenantId, nameFolded)]);
    if (type === null) throw new Error('an integration is of a connector type that is not there');
    const problems = config === undefined ? [] : configProblems(type, config, scope);
    if (problems.length > 0) return invalidInput(problems);
    if (config !== undefined && integration.credentialOrigin !== null && originOf(type, config) !== integration.credentialOrigin) {
      return reject('CREDENTIAL_BOUND', 'The config leads to another scheme, host or port than the stored credential was given for. Give the credential together with the config and the version: POST /v1/integrations/{id}/credential.');
    }
    if (namesake !== null && namesake.id !== integration.id) return nameTaken();
    const next = changed(integration, { name: nextName, nameFolded, ...(config === undefined ? {} : { config, ...UNPROBED }) }, now);
    return ok(showIntegration(await saveIntegration(scope, next)));
  },
});
