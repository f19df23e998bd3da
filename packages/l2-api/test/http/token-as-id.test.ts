import { BACKENDS } from '@hoc/testbed/databases';
import { expect, test } from 'vitest';
import { textAt } from './client.ts';
import { createWorld, newKey, serviceKey } from './world.ts';

test.each(BACKENDS)('a token that is sent where an id belongs finds nothing, and is written down nowhere, on %s', async (backend) => {
  const world = await createWorld(backend);
  try {
    const tenant = await world.newTenant();
    const { token } = await newKey(tenant);
    const mistyped = token.slice(0, -3);
    for (const sent of [token, mistyped]) {
      for (const path of [`/v1/api-keys/${sent}/revoke`, `/v1/projects/${sent}/archive`]) {
        expect(await tenant.admin.post(path, { reason: 'leaked' })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      }
      expect((await tenant.admin.get(`/v1/api-keys/${sent}`)).status).toBe(404);
      expect((await world.operator.delete(`/fdr/v1/tokens/${sent}`)).status).toBe(404);
      expect(await tenant.admin.post('/v1/api-keys', serviceKey({ projectId: sent }))).toMatchObject({ status: 400, body: { errors: [{ path: '/projectId' }] } });
    }
    const secret = token.slice(-38, -10);
    expect(JSON.stringify(await world.server.asOwner('select * from audit_entries'))).not.toContain(secret);
    expect(JSON.stringify(await world.server.asOwner('select * from violations'))).not.toContain(secret);
  } finally {
    await world.close();
  }
});

test.each(BACKENDS)('a webhook secret or a contact token that is sent where an id belongs finds nothing, and is written down nowhere, on %s', async (backend) => {
  const world = await createWorld(backend);
  try {
    const { admin } = await world.newTenant();
    const secret = textAt(await admin.post('/v1/webhooks', { url: 'https://receiver.example/hook' }), 'secret');
    const contact = `hoc_contact_${'4fK2mZ8q'.repeat(4)}`;
    expect(secret).toMatch(/^whsec_/);
    for (const sent of [secret, secret.slice(0, -3), contact]) {
      for (const path of [`/v1/webhooks/${encodeURIComponent(sent)}/rotate-secret`, `/v1/integrations/${encodeURIComponent(sent)}/enable`]) {
        expect(await admin.post(path, {})).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      }
    }
    const written = JSON.stringify(await world.server.asOwner('select * from audit_entries'));
    for (const part of [secret.slice(6, 26), contact.slice(12)]) expect(written).not.toContain(part);
  } finally {
    await world.close();
  }
});
