import { BACKENDS } from '@hoc/testbed/databases';
import { expect, test } from 'vitest';
import { createWorld, newKey, serviceKey } from './world.ts';

test.each(BACKENDS)('while the database is away, on %s, everything that needs it is 503 with Retry-After, and no verdict is negative', async (backend) => {
  const world = await createWorld(backend);
  const tenant = await world.newTenant();
  const key = await newKey(tenant);
  expect((await world.service.post('/int/v1/keys/verify', { token: key.token })).body).toMatchObject({ valid: true });
  await world.server.db.database.close();

  expect((await world.anonymous.get('/healthz')).status).toBe(200);
  const answers = [
    await world.anonymous.get('/readyz'),
    await world.service.post('/int/v1/keys/verify', { token: key.token }),
    await world.service.post('/int/v1/keys/verify', { token: 'nonsense' }),
    await world.service.post('/int/v1/keys/verify-batch', { items: [{ token: key.token }, { token: 'nonsense' }] }),
    await tenant.admin.get('/v1/api-keys'),
    await tenant.admin.post('/v1/api-keys', serviceKey()),
    await world.operator.get('/fdr/v1/tenants'),
  ];
  // The client has checked Retry-After.
  expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual(answers.map(() => [503, 'UNAVAILABLE']));
  // Without a token there is nothing to ask.
  expect((await world.anonymous.get('/v1/tenant')).status).toBe(401);
  await world.close().catch(() => undefined);
});
