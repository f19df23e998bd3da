import { sentContactToken } from '@hoc/testbed/contact-token';
import { expect } from 'vitest';
import { textAt, type Answer } from './client.ts';
import { newKey, type TestTenant, type World } from './world.ts';

/** Takes a fresh tenant as far as SDK_CONNECTED, by what its admins, its SDK and the owner of its contact address can do, and nobody else. */
export async function connect(world: World, tenant: TestTenant): Promise<{ readonly keyId: string; readonly keyToken: string }> {
  const { admin, id } = tenant;
  const isAt = (answer: Answer, state: string): void => expect([answer.status, answer.body]).toMatchObject([200, { state }]);
  isAt(await admin.get('/v1/onboarding'), 'CREATED');
  // The mail to the contact address has it, and no answer.
  isAt(await admin.post('/v1/onboarding/confirm-contact', { token: await sentContactToken(world.server, id) }), 'IDENTITY_VERIFIED');
  const key = await newKey(tenant);
  isAt(await admin.get('/v1/onboarding'), 'API_KEY_CREATED');
  const nonce = textAt(await admin.post('/v1/onboarding/attestation-challenges'), 'nonce');
  isAt(await world.as(key.token).post('/v1/onboarding/attestations', { nonce }), 'SDK_CONNECTED');
  return { keyId: key.id, keyToken: key.token };
}

/** An ENABLED integration whose last probe succeeded, past HOC: no provider answers probes here. */
export const plantIntegration = (world: World, tenantId: string): Promise<unknown> =>
  world.server.asOwner(
    `insert into integrations (tenant_id, id, connector_type, name, name_folded, config, status, health, checked_at, last_probe_ok, probed_revision, created_by, created_at, updated_at, version)
      values ($1, 'int_planted', 'HTTP', 'planted', 'planted', '{}', 'ENABLED', 'HEALTHY', now(), true, 1, '{"plane": "cus", "id": "key_1", "name": "x"}', now(), now(), 1)`,
    [tenantId],
  );
