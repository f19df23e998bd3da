import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt, type Answer, type Client } from './client.ts';
import { createWorld, newKey, type TestTenant, type World } from './world.ts';

const SCHEMES = { fdr: 'operatorToken', int: 'serviceToken', cus: 'managementKey' } as const;
/** What an SDK does: it has nothing but its service key. */
const FOR_SERVICE_KEYS = new Set(['/v1/onboarding/attestations']);
const PREFIXES = { fdr: '/fdr/v1/', int: '/int/v1/', cus: '/v1/' } as const;
type Plane = keyof typeof PREFIXES;

describe('planes and their tokens', () => {
  let world: World;
  let tenant: TestTenant;
  let clients: Readonly<Record<Plane, Client>>;
  /** How far the server's clock is ahead, in milliseconds. */
  let aheadMs = 0;

  beforeAll(async () => {
    world = await createWorld('pglite', () => new Date(Date.now() + aheadMs));
    tenant = await world.newTenant();
    clients = { fdr: world.operator, int: world.service, cus: tenant.admin };
  });
  afterAll(() => world.close());

  const planeOf = (path: string): Plane | null => (Object.keys(PREFIXES) as Plane[]).find((plane) => path.startsWith(PREFIXES[plane])) ?? null;

  test('every route declares a plane by its prefix and its security, but the open ones', () => {
    const open: string[] = [];
    for (const { path, operation } of world.conformance.operations()) {
      const plane = planeOf(path);
      const scheme = FOR_SERVICE_KEYS.has(path) ? 'serviceKey' : plane === null ? null : SCHEMES[plane];
      expect([path, operation.security]).toEqual([path, scheme === null ? [] : [{ [scheme]: [] }]]);
      if (plane === null) open.push(path);
    }
    expect(open).toEqual(['/healthz', '/readyz']);
  });

  test('every route is 401 without a token, and PLANE_FORBIDDEN with one of another plane, whatever else is wrong', async () => {
    for (const { method, path } of world.conformance.operations()) {
      const plane = planeOf(path);
      if (plane === null) continue;
      const target = path.replace('{id}', 'x');
      const nobody = await world.anonymous.send(method, target);
      expect([method, path, nobody.status, nobody.headers.get('www-authenticate')]).toEqual([method, path, 401, 'Bearer']);
      for (const other of Object.keys(PREFIXES) as Plane[]) {
        if (other === plane) continue;
        const answer = await clients[other].send(method, target);
        expect([method, path, other, answer.status, answer.body]).toMatchObject([method, path, other, 403, { code: 'PLANE_FORBIDDEN' }]);
      }
    }
  });

  test('a token that is none, or is nobody\'s, is 401 on every plane', async () => {
    const unknown = tenant.managementToken.slice(0, -8);
    for (const token of ['x', 'hoc_live_', `${unknown}AAAAAAAA`, tenant.managementToken.toUpperCase(), `${tenant.managementToken}x`, 'a'.repeat(8000)]) {
      for (const path of ['/v1/tenant', '/fdr/v1/tenants']) {
        const answer = await world.as(token).get(path);
        expect([answer.status, answer.body]).toMatchObject([401, { code: 'UNAUTHENTICATED' }]);
      }
    }
  });

  test('a service key is PERMISSION_DENIED on /v1, and of the wrong plane elsewhere', async () => {
    const key = world.as((await newKey(tenant)).token);
    expect((await key.get('/v1/tenant')).body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    for (const { method, path } of world.conformance.operations()) {
      if (planeOf(path) !== 'cus' || FOR_SERVICE_KEYS.has(path)) continue;
      expect([path, (await key.send(method, path.replace('{id}', 'x'))).body]).toMatchObject([path, { status: 403, code: 'PERMISSION_DENIED' }]);
    }
    expect((await key.get('/fdr/v1/tenants')).body).toMatchObject({ status: 403, code: 'PLANE_FORBIDDEN' });
    expect((await key.post('/int/v1/keys/verify', { token: 'x' })).body).toMatchObject({ status: 403, code: 'PLANE_FORBIDDEN' });
  });

  test('a management key that lacks a permission is PERMISSION_DENIED, and changes nothing', async () => {
    const limited = world.as(textAt(await world.operator.post(`/fdr/v1/tenants/${tenant.id}/management-keys`, { name: 'reader', permissions: ['hoc:keys.read'] }), 'token'));
    expect((await limited.get('/v1/api-keys')).status).toBe(200);
    expect((await limited.post('/v1/projects', { name: 'x' })).body).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
    expect((await limited.get('/v1/audit')).status).toBe(403);
  });

  test.each<[string, (owner: TestTenant, keyId: string, token: string) => Promise<Answer>]>([
    ['revoked', (owner, keyId) => owner.admin.post(`/v1/api-keys/${keyId}/revoke`, { reason: 'x' })],
    ['frozen', (owner, keyId) => owner.admin.post(`/v1/api-keys/${keyId}/freeze`, { reason: 'x' })],
    ['rotated without overlap', (owner, keyId) => owner.admin.post(`/v1/api-keys/${keyId}/rotate`, { overlapSeconds: 0 })],
    ['expired', async (owner, keyId) => {
      const changed = await owner.admin.patch(`/v1/api-keys/${keyId}`, { version: 1, expiresAt: new Date(Date.now() + aheadMs + 60_000).toISOString() });
      aheadMs += 60_000;
      return changed;
    }],
    ['of a TERMINATED tenant', (owner) => world.operator.post(`/fdr/v1/tenants/${owner.id}/terminate`, { reason: 'x' })],
  ])('a management key that is %s is 401 at once', async (_, end) => {
    const owner = await world.newTenant();
    const made = await world.operator.post(`/fdr/v1/tenants/${owner.id}/management-keys`, { name: 'second' });
    const token = textAt(made, 'token');
    expect((await world.as(token).get('/v1/tenant')).status).toBe(200);
    expect((await end(owner, textAt(made, 'key', 'id'), token)).status).toBe(200);
    expect((await world.as(token).get('/v1/tenant')).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('a management key of a SUSPENDED tenant reads and protects, and brings nothing to life', async () => {
    const owner = await world.newTenant();
    const key = await newKey(owner);
    await world.operator.post(`/fdr/v1/tenants/${owner.id}/suspend`, { reason: 'x' });
    expect((await owner.admin.get('/v1/api-keys')).status).toBe(200);
    expect((await owner.admin.post(`/v1/api-keys/${key.id}/freeze`, { reason: 'x' })).status).toBe(200);
    expect((await owner.admin.post(`/v1/api-keys/${key.id}/unfreeze`, { reason: 'x' })).body).toMatchObject({ status: 409, invariantId: 'BI-APIKEY-001' });
    expect((await owner.admin.post('/v1/api-keys', { name: 'x', environment: 'live', permissions: ['a:b'] })).body).toMatchObject({ status: 409, invariantId: 'BI-APIKEY-001' });
    expect((await owner.admin.post(`/v1/api-keys/${key.id}/revoke`, { reason: 'x' })).status).toBe(200);
  });

  test('a revoked service token verifies nothing any more', async () => {
    const made = await world.operator.post('/fdr/v1/tokens', { plane: 'int', name: 'short' });
    const gateway = world.as(textAt(made, 'token'));
    expect((await gateway.post('/int/v1/keys/verify', { token: 'x' })).status).toBe(200);
    await world.operator.delete(`/fdr/v1/tokens/${textAt(made, 'id')}`);
    expect((await gateway.post('/int/v1/keys/verify', { token: 'x' })).status).toBe(401);
  });
});
