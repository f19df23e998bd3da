import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt } from './client.ts';
import { createWorld, newKey, type World } from './world.ts';

describe.each(BACKENDS)('a body that comes in late, on %s', (backend) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(backend);
  });
  afterAll(() => world.close());

  /** Sends all but the last byte of the body; then does what happens meanwhile, and sends the rest. */
  async function sentAround(token: string, path: string, body: unknown, meanwhile: () => Promise<unknown>): Promise<{ readonly status: number; readonly code: unknown }> {
    const bytes = JSON.stringify(body);
    const sending = httpRequest(`${world.server.url}${path}`, {
      method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes), expect: '100-continue' },
    });
    // The server reads the head: the answer to it comes before anything of the body is sent.
    sending.flushHeaders();
    await once(sending, 'continue');
    sending.write(bytes.slice(0, -1));
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    await meanwhile();
    sending.end(bytes.slice(-1));
    const [answer] = (await once(sending, 'response')) as [IncomingMessage]; // what a client request emits
    const text = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode ?? 0, code: (JSON.parse(text) as { code?: unknown }).code };
  }

  test('is dispatched as usual where the token is still good', async () => {
    const answer = await sentAround(world.server.operatorToken, '/fdr/v1/organizations', { name: 'slow' }, async () => {});
    expect(answer.status).toBe(201);
  });

  test('does nothing for an operator whose token was revoked meanwhile', async () => {
    const made = await world.operator.post('/fdr/v1/tokens', { plane: 'fdr', name: 'leaked' });
    const answer = await sentAround(textAt(made, 'token'), '/fdr/v1/tokens', { plane: 'fdr', name: 'heir' }, () => world.operator.delete(`/fdr/v1/tokens/${textAt(made, 'id')}`));
    expect(answer).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    expect((await world.operator.get('/fdr/v1/tokens')).text).not.toContain('heir');
  });

  test('does nothing for a management key that was frozen or revoked meanwhile', async () => {
    for (const step of ['freeze', 'revoke']) {
      const tenant = await world.newTenant();
      const made = await world.operator.post(`/fdr/v1/tenants/${tenant.id}/management-keys`, { name: 'leaked' });
      const id = textAt(made, 'key', 'id');
      const answer = await sentAround(textAt(made, 'token'), '/v1/projects', { name: 'late' }, () => tenant.admin.post(`/v1/api-keys/${id}/${step}`, { reason: 'leaked' }));
      expect(answer).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
      expect((await tenant.admin.get('/v1/projects')).text).not.toContain('late');
    }
  });

  test('verifies nothing for a service whose token was revoked meanwhile', async () => {
    const made = await world.operator.post('/fdr/v1/tokens', { plane: 'int', name: 'gateway' });
    const { token } = await newKey(await world.newTenant());
    const answer = await sentAround(textAt(made, 'token'), '/int/v1/keys/verify', { token }, () => world.operator.delete(`/fdr/v1/tokens/${textAt(made, 'id')}`));
    expect(answer).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
  });
});
