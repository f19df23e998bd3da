import { credentialProblems } from '@hoc/l5-engines/integrations/credential';
import { changed, UNPROBED } from '@hoc/l5-engines/integrations/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id } from '../text.ts';
import { integrationAllowsStep } from './invariants.ts';
import { saveIntegration } from './save-integration.ts';
import { credential } from './settings.ts';
import { integrationShape, showIntegration } from './shapes.ts';
import { sealCredential } from './stored-credential.ts';

/** Puts another credential in the place of an integration's; null takes it away, where its type needs none. It counts as never probed. */
export const rotateCredential = writeOperation<WriteScope>()({
  address: ['integrations.write', 'rotate_credential'],
  anchor: 'integration.rotate_credential',
  planes: ['cus'],
  permission: 'hoc:integrations.credentials',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Replaces the credential of an integration, which is never shown.',
  input: withStep('rotate_credential', z.strictObject({ integrationId: id, credential: credential.nullable() })),
  output: integrationShape,
  invariants: [integrationAllowsStep],
  rejections: { ...NOT_FOUND, ...INVALID_INPUT },
  subject: ({ input }) => input.integrationId,
  events: (_request, integration) => [event('integration.credential_rotated', { integration })],
  run: async ({ request: { tenantId, input, now }, facts: { integration }, scope }) => {
    if (integration === null) return notFound();
    const [type, sealed] = await Promise.all([
      scope.connectorTypes.get(integration.connectorType),
      sealCredential(scope, [tenantId, integration.id], input.credential),
    ]);
    if (type === null || sealed === null) throw new Error('an integration lacks its connector type, or its tenant a data key');
    const problems = credentialProblems(type.credentialKind, input.credential, scope.urlPolicy);
    if (problems.length > 0) return invalidInput(problems);
    return ok(showIntegration(await saveIntegration(scope, changed(integration, { ...sealed, ...UNPROBED }, now))));
  },
});
