import { credentialProblems } from '@hoc/l5-engines/integrations/credential';
import { changed, UNPROBED } from '@hoc/l5-engines/integrations/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { jsonObject } from '../json-object.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id } from '../text.ts';
import { integrationAllowsStep } from './invariants.ts';
import { saveIntegration } from './save-integration.ts';
import { configProblems, credential, originOf, VERSION_CONFLICT, versionConflict } from './settings.ts';
import { integrationShape, showIntegration } from './shapes.ts';
import { sealCredential } from './stored-credential.ts';

/** A credential, and the config that it is for, where that changes with it: then the version as well that the caller has read. */
const input = z.strictObject({ integrationId: id, credential: credential.nullable(), config: jsonObject.optional(), version: z.int().min(1).optional() })
  .refine(({ config, version }) => config === undefined || version !== undefined, { path: ['version'], message: 'is required with a config' });

/**
 * Puts another credential in the place of an integration's; null takes it away, where its type needs none. It counts as never probed.
 * The credential is bound to the origin that the config leads to; to lead it to another one, both are given at once.
 */
export const rotateCredential = writeOperation<WriteScope>()({
  address: ['integrations.write', 'rotate_credential'],
  anchor: 'integration.rotate_credential',
  planes: ['cus'],
  permission: 'hoc:integrations.credentials',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Replaces the credential of an integration, which is never shown, and with it, where one is given, the config.',
  input: withStep('rotate_credential', input),
  output: integrationShape,
  invariants: [integrationAllowsStep],
  rejections: { ...NOT_FOUND, ...INVALID_INPUT, ...VERSION_CONFLICT },
  subject: ({ input }) => input.integrationId,
  events: (_request, integration) => [event('integration.credential_rotated', { integration })],
  run: async ({ request: { tenantId, input: { credential: given, config, version }, now }, facts: { integration }, scope }) => {
    if (integration === null) return notFound();
    if (version !== undefined && version !== integration.version) return versionConflict(integration.version);
    const type = await scope.connectorTypes.get(integration.connectorType);
    if (type === null) throw new Error('an integration is of a connector type that is not there');
    const next = config ?? integration.config;
    // A config that its type takes no more, as it is defined now, leads nowhere that a credential could be given for.
    const problems = [
      ...credentialProblems(type.credentialKind, given, scope.urlPolicy), ...(config === undefined && given === null ? [] : configProblems(type, next, scope)),
    ];
    if (problems.length > 0) return invalidInput(problems);
    const sealed = await sealCredential(scope, { tenantId, integrationId: integration.id, origin: originOf(type, next) }, given);
    if (sealed === null) throw new Error('a tenant with an integration lacks a data key');
    return ok(showIntegration(await saveIntegration(scope, changed(integration, { ...sealed, config: next, ...UNPROBED }, now))));
  },
});
