import { BACKENDS } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import { Client, expectStatus, textAt } from './http/client.ts';
import { makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deployWithReceiver } from './relay/deploy-with-receiver.ts';

describe.each(BACKENDS)('webhooks of a real server on %s', (backend) => {
  test('a confirmation is printed once, and no secret of a webhook is in anything that the server writes', async () => {
    const { deployment, receiver } = await deployWithReceiver(backend);
    const server = await deployment.start();
    const tenant = await makeTenant(await operatorOf(server.url, deployment.dataDir), 'Acme');
    const admin = new Client(server.url, tenant.managementToken);
    const made = await expectStatus(201, admin.post('/v1/webhooks', { url: receiver.url }));
    const rotated = await expectStatus(200, admin.post(`/v1/webhooks/${textAt(made, 'webhook', 'id')}/rotate-secret`, undefined));
    await makeKey(admin, 'one');
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => server.process.output, { timeout: 20_000 }).toContain('To: ops@acme.example');
    const { stdout, stderr, code } = await server.process.stop('SIGTERM');
    expect(code).toBe(0);
    expect(stdout.split('To: ops@acme.example').length).toBe(2);
    expect(stdout + stderr).not.toContain('whsec_');
    for (const secret of [textAt(made, 'secret'), textAt(rotated, 'secret')]) expect(stdout + stderr).not.toContain(secret.slice(6));
  });
});
