import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt, type Answer } from './client.ts';
import { createWorld, newKey, serviceKey, type TestTenant, type World } from './world.ts';

/** So long that nothing which was taken passes while the tests run. */
const DAYS = 2_678_400_000;
const few = (limit: number, but: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({ name: 'few', limit, windowMs: DAYS, ...but });

describe.each(BACKENDS)('metered verification, on %s', (backend) => {
  let world: World;
  let tenant: TestTenant;

  beforeAll(async () => {
    world = await createWorld(backend);
    tenant = await world.newTenant();
  });
  afterAll(() => world.close());

  const verify = (token: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> => world.service.post('/int/v1/keys/verify', { token, ...more });
  const codeOf = ({ status, body }: Answer): unknown => (status === 200 ? (body as { readonly code: string }).code : status);
  /** The verdicts of so many verifications, one after the other. */
  const codes = async (token: string, times: number, more: Readonly<Record<string, unknown>> = {}): Promise<readonly unknown[]> => {
    const all: unknown[] = [];
    for (let n = 0; n < times; n += 1) all.push(codeOf(await verify(token, more)));
    return all;
  };
  const keyOf = async (id: string): Promise<unknown> => (await tenant.admin.get(`/v1/api-keys/${id}`)).body;

  describe('rate limits', () => {
    test.each(['SLIDING', 'FIXED'])('a %s one admits as many as it says, tells what is left, and gives the fields of the IETF draft', async (algorithm) => {
      const key = await newKey(tenant, { rateLimits: [{ name: 'per-minute', limit: 2, windowMs: 60_000, algorithm }] });
      const reading = { name: 'per-minute', scope: 'KEY', limit: 2, windowMs: 60_000 };
      expect((await verify(key.token)).body).toMatchObject({
        valid: true, code: 'VALID', keyId: key.id, permissions: ['invoices:read'],
        rateLimits: [{ ...reading, remaining: 1, allowed: true }],
        rateLimitFields: { RateLimit: expect.stringMatching(/^"per-minute";r=1;t=\d+$/) as string, 'RateLimit-Policy': '"per-minute";q=2;w=60' },
      });
      await verify(key.token);
      const refused = (await verify(key.token)).body as { readonly rateLimits: readonly { readonly resetMs: number }[] };
      expect(refused).toEqual({
        valid: false, code: 'RATE_LIMITED', keyId: key.id, tenantId: tenant.id,
        rateLimits: [{ ...reading, remaining: 0, allowed: false, resetMs: expect.any(Number) as number }],
        rateLimitFields: { RateLimit: expect.stringMatching(/^"per-minute";r=0;t=\d+$/) as string, 'RateLimit-Policy': '"per-minute";q=2;w=60' },
      });
      const [{ resetMs } = { resetMs: 0 }] = refused.rateLimits;
      expect(resetMs).toBeGreaterThan(0);
      expect(resetMs).toBeLessThanOrEqual(60_000);
    });

    test('a cost is taken whole or not at all, and a cost beyond the limit never', async () => {
      const { token } = await newKey(tenant, { rateLimits: [few(5)] });
      expect(await codes(token, 2, { cost: 3 })).toEqual(['VALID', 'RATE_LIMITED']);
      expect(await codes(token, 1, { cost: 6 })).toEqual(['RATE_LIMITED']);
      expect(await codes(token, 2, { cost: 2 })).toEqual(['VALID', 'RATE_LIMITED']);
    });

    test('several are taken from together or not at all', async () => {
      const { token } = await newKey(tenant, { rateLimits: [few(5), few(2, { name: 'fewer' })] });
      expect(await codes(token, 4)).toEqual(['VALID', 'VALID', 'RATE_LIMITED', 'RATE_LIMITED']);
      expect((await verify(token)).body).toMatchObject({ rateLimits: [{ name: 'few', remaining: 3, allowed: true }, { name: 'fewer', remaining: 0, allowed: false }] });
    });

    test('a local one admits as many, and is told of beside the others', async () => {
      const { token } = await newKey(tenant, { rateLimits: [few(3, { name: 'local', mode: 'LOCAL' }), few(9)] });
      expect((await verify(token)).body).toMatchObject({ rateLimits: [{ name: 'local', remaining: 2 }, { name: 'few', remaining: 8 }] });
      expect(await codes(token, 3)).toEqual(['VALID', 'VALID', 'RATE_LIMITED']);
      // What a local limit has refused, nobody else was asked.
      expect((await verify(token)).body).toMatchObject({ rateLimits: [{ name: 'local', remaining: 0, allowed: false }] });
    });

    test('those of an owner and of the tenant are shared by all keys', async () => {
      const other = await world.newTenant();
      const put = (who: 'operator' | 'admin', rateLimits: readonly unknown[]): Promise<Answer> =>
        who === 'operator' ? world.operator.put(`/fdr/v1/tenants/${other.id}/rate-limits`, { rateLimits }) : other.admin.put('/v1/owner-rate-limits', { rateLimits });
      await put('admin', [few(3)]);
      await put('operator', [few(5)]);
      const [one, two, third, nobodys] = await Promise.all([newKey(other, { ownerRef: 'user-1' }), newKey(other, { ownerRef: 'user-1' }), newKey(other, { ownerRef: 'user-2' }), newKey(other)]);
      expect((await verify(one.token)).body).toMatchObject({
        rateLimits: [{ scope: 'OWNER', remaining: 2 }, { scope: 'TENANT', remaining: 4 }],
        rateLimitFields: { 'RateLimit-Policy': '"owner.few";q=3;w=2678400, "tenant.few";q=5;w=2678400' },
      });
      expect(await codes(two.token, 3)).toEqual(['VALID', 'VALID', 'RATE_LIMITED']);
      expect(await codes(third.token, 1)).toEqual(['VALID']);
      expect(await codes(nobodys.token, 2)).toEqual(['VALID', 'RATE_LIMITED']);
      await put('operator', []);
      expect(await codes(nobodys.token, 1)).toEqual(['VALID']);
      expect(await codes(one.token, 1)).toEqual(['RATE_LIMITED']);
    });

    test('a changed limit goes on from what was taken', async () => {
      const { id, token } = await newKey(tenant, { rateLimits: [few(2)] });
      await codes(token, 2);
      await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 1, rateLimits: [few(3)] });
      expect(await codes(token, 2)).toEqual(['VALID', 'RATE_LIMITED']);
      await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 2, rateLimits: [few(1)] });
      expect((await verify(token)).body).toMatchObject({ rateLimits: [{ remaining: 0 }], rateLimitFields: { RateLimit: expect.stringContaining(';r=0;') as string } });
      await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 3, rateLimits: [] });
      const unlimited = (await verify(token)).body;
      expect(unlimited).toMatchObject({ code: 'VALID' });
      expect(unlimited).not.toHaveProperty('rateLimits');
      expect(unlimited).not.toHaveProperty('rateLimitFields');
    });
  });

  describe('credits', () => {
    test('are spent by the cost, never below nothing, and shown where keys are', async () => {
      const { id, token } = await newKey(tenant, { credits: { remaining: 5 } });
      expect(await keyOf(id)).toMatchObject({ credits: { remaining: 5, refill: null } });
      expect((await verify(token, { cost: 3 })).body).toMatchObject({ code: 'VALID', credits: { remaining: 2 } });
      expect((await verify(token, { cost: 3 })).body).toEqual({ valid: false, code: 'CREDITS_EXHAUSTED', keyId: id, tenantId: tenant.id, credits: { remaining: 2 } });
      expect((await verify(token, { cost: 2 })).body).toMatchObject({ code: 'VALID', credits: { remaining: 0 } });
      expect(await keyOf(id)).toMatchObject({ credits: { remaining: 0, refill: null } });
      expect((await tenant.admin.get('/v1/api-keys?limit=1')).body).toMatchObject({ items: [{ id, credits: { remaining: 0 } }] });
    });

    test('are set by an update, as a whole, and taken away by null', async () => {
      const { id, token } = await newKey(tenant, { credits: { remaining: 1 } });
      await codes(token, 2);
      const refill = { amount: 40, interval: 'MONTHLY' };
      expect((await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 1, credits: { remaining: 7, refill } })).body).toMatchObject({ credits: { remaining: 7, refill } });
      expect((await verify(token)).body).toMatchObject({ code: 'VALID', credits: { remaining: 6 } });
      expect((await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 2, name: 'renamed' })).body).toMatchObject({ credits: { remaining: 6, refill } });
      expect((await tenant.admin.post(`/v1/api-keys/${id}/freeze`, { reason: 'a look at it' })).body).toMatchObject({ status: 'FROZEN', credits: { remaining: 6, refill } });
      expect((await tenant.admin.post(`/v1/api-keys/${id}/unfreeze`, { reason: 'all is well' })).body).toMatchObject({ credits: { remaining: 6, refill } });
      expect((await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 5, credits: null })).body).toMatchObject({ credits: null });
      const free = (await verify(token)).body;
      expect(free).toMatchObject({ code: 'VALID' });
      expect(free).not.toHaveProperty('credits');
    });

    test('are refilled at the first use in a new day, up to the amount and not beyond what there is', async () => {
      const { id, token } = await newKey(tenant, { credits: { remaining: 2, refill: { amount: 10, interval: 'DAILY' } } });
      await codes(token, 3);
      expect(await codes(token, 1)).toEqual(['CREDITS_EXHAUSTED']);
      const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
      await world.server.asOwner('update key_credits set period = $2 where meter_id = $1', [id, yesterday]);
      expect(await keyOf(id)).toMatchObject({ credits: { remaining: 10 } });
      expect((await verify(token, { cost: 4 })).body).toMatchObject({ code: 'VALID', credits: { remaining: 6 } });
      expect((await verify(token, { cost: 7 })).body).toMatchObject({ code: 'CREDITS_EXHAUSTED', credits: { remaining: 6 } });
      await world.server.asOwner('update key_credits set period = $2, remaining = 50 where meter_id = $1', [id, yesterday]);
      expect((await verify(token)).body).toMatchObject({ code: 'VALID', credits: { remaining: 49 } });
    });
  });

  describe('leases', () => {
    const acquire = { acquire: { seconds: 60 } };
    const end = (path: 'release' | 'renew', keyId: string, leaseId: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> =>
      world.service.post(`/int/v1/leases/${path}`, { tenantId: tenant.id, keyId, leaseId, ...more });

    test('are as many at a time as the key allows; one that is released makes room for another', async () => {
      const { id, token } = await newKey(tenant, { maxConcurrent: 2 });
      const before = Date.now();
      const first = await verify(token, acquire);
      const leaseId = textAt(first, 'lease', 'id');
      expect(leaseId).toMatch(/^lse_/);
      const expiresAt = Date.parse(textAt(first, 'lease', 'expiresAt'));
      expect(expiresAt).toBeGreaterThan(before + 50_000);
      expect(expiresAt).toBeLessThan(Date.now() + 70_000);
      expect(await codes(token, 2, acquire)).toEqual(['VALID', 'CONCURRENCY_EXCEEDED']);
      // Who asks for no lease is not counted.
      expect(await codes(token, 1)).toEqual(['VALID']);
      expect((await end('release', id, leaseId)).body).toEqual({ released: true });
      expect((await end('release', id, leaseId)).body).toEqual({ released: false });
      expect(await codes(token, 2, acquire)).toEqual(['VALID', 'CONCURRENCY_EXCEEDED']);
    });

    test('one that has expired makes room by itself, and is neither renewed nor released', async () => {
      const { id, token } = await newKey(tenant, { maxConcurrent: 1 });
      const leaseId = textAt(await verify(token, { acquire: { seconds: 3600 } }), 'lease', 'id');
      expect(await codes(token, 1, acquire)).toEqual(['CONCURRENCY_EXCEEDED']);
      await world.server.asOwner(`update key_leases set expires_at = now() - interval '1 second' where id = $1`, [leaseId]);
      const renewed = await end('renew', id, leaseId, { seconds: 60 });
      expect([renewed.status, renewed.body]).toMatchObject([404, { code: 'NOT_FOUND' }]);
      expect((await end('release', id, leaseId)).body).toEqual({ released: false });
      expect(await codes(token, 2, acquire)).toEqual(['VALID', 'CONCURRENCY_EXCEEDED']);
    });

    test('one that is renewed ends so many seconds from then', async () => {
      const { id, token } = await newKey(tenant, { maxConcurrent: 1 });
      const lease = await verify(token, { acquire: { seconds: 1 } });
      const leaseId = textAt(lease, 'lease', 'id');
      const renewed = await end('renew', id, leaseId, { seconds: 3600 });
      expect(renewed.body).toMatchObject({ leaseId });
      expect(Date.parse(textAt(renewed, 'expiresAt'))).toBeGreaterThan(Date.now() + 3_500_000);
    });

    test('of another key, or another tenant, are not there', async () => {
      const [one, other] = [await newKey(tenant, { maxConcurrent: 1 }), await newKey(tenant, { maxConcurrent: 1 })];
      const stranger = await world.newTenant();
      const leaseId = textAt(await verify(one.token, acquire), 'lease', 'id');
      expect((await end('release', other.id, leaseId)).body).toEqual({ released: false });
      expect((await end('renew', other.id, leaseId, { seconds: 60 })).status).toBe(404);
      expect((await world.service.post('/int/v1/leases/release', { tenantId: stranger.id, keyId: one.id, leaseId })).body).toEqual({ released: false });
      expect(await codes(one.token, 1, acquire)).toEqual(['CONCURRENCY_EXCEEDED']);
      expect(await codes(other.token, 1, acquire)).toEqual(['VALID']);
    });

    test('are none for a key without a maximum', async () => {
      const { token } = await newKey(tenant);
      const answer = (await verify(token, acquire)).body;
      expect(answer).toMatchObject({ code: 'VALID' });
      expect(answer).not.toHaveProperty('lease');
    });

    test.each([{ seconds: 0 }, { seconds: 3601 }, { seconds: 1.5 }, {}, { seconds: 60, forever: true }, 60])('for %j are refused as bad input', async (asked) => {
      const { token } = await newKey(tenant, { maxConcurrent: 1 });
      expect((await verify(token, { acquire: asked })).status).toBe(400);
      expect(await codes(token, 1, acquire)).toEqual(['VALID']);
    });
  });

  describe('all together', () => {
    test('the first by precedence is told, and nothing is taken where anything refuses', async () => {
      const { id, token } = await newKey(tenant, { rateLimits: [few(3), few(9, { name: 'local', mode: 'LOCAL' })], credits: { remaining: 4 }, maxConcurrent: 1 });
      const all = { acquire: { seconds: 60 }, cost: 2 };
      expect((await verify(token, all)).body).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 1 }, { remaining: 7 }], credits: { remaining: 2 }, lease: {} });
      expect((await verify(token, { ...all, cost: 3 })).body).toMatchObject({ code: 'RATE_LIMITED', rateLimits: [{ remaining: 1, allowed: false }, { remaining: 7, allowed: true }], credits: { remaining: 2 } });
      await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 1, rateLimits: [few(9), few(9, { name: 'local', mode: 'LOCAL' })] });
      expect((await verify(token, { ...all, cost: 3 })).body).toMatchObject({ code: 'CREDITS_EXHAUSTED', rateLimits: [{ remaining: 7 }, { remaining: 7 }], credits: { remaining: 2 } });
      const refused = (await verify(token, { ...all, cost: 1 })).body;
      expect(refused).toMatchObject({ code: 'CONCURRENCY_EXCEEDED', rateLimits: [{ remaining: 7 }, { remaining: 7 }], credits: { remaining: 2 } });
      expect(refused).not.toHaveProperty('lease');
      expect((await verify(token, { cost: 1 })).body).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 6 }, { remaining: 6 }], credits: { remaining: 1 } });
    });

    test('a verification that would be refused anyway takes nothing', async () => {
      const { id, token } = await newKey(tenant, {
        rateLimits: [few(3), few(3, { name: 'local', mode: 'LOCAL' })], credits: { remaining: 3 }, maxConcurrent: 1, allowedAddresses: ['10.0.0.0/8'], allowedResources: ['docs/1'],
      });
      const good = { address: '10.1.2.3', resource: 'docs/1', acquire: { seconds: 60 } };
      const refused: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
        ['FORBIDDEN_ADDRESS', { ...good, address: '192.0.2.1' }], ['FORBIDDEN_RESOURCE', { ...good, resource: 'docs/2' }], ['INSUFFICIENT_PERMISSIONS', { ...good, permissions: 'invoices:delete' }],
      ];
      for (const [code, asked] of refused) {
        const answer = (await verify(token, asked)).body;
        expect(answer).toEqual({ valid: false, code, keyId: id, tenantId: tenant.id });
      }
      await tenant.admin.post(`/v1/api-keys/${id}/freeze`, { reason: 'a look at it' });
      expect(await codes(token, 1, good)).toEqual(['FROZEN']);
      await tenant.admin.post(`/v1/api-keys/${id}/unfreeze`, { reason: 'all is well' });
      await world.operator.post(`/fdr/v1/tenants/${tenant.id}/suspend`, { reason: 'unpaid' });
      expect(await codes(token, 1, good)).toEqual(['TENANT_NOT_ACTIVE']);
      await world.operator.post(`/fdr/v1/tenants/${tenant.id}/resume`, { reason: 'paid' });
      expect((await verify(token, good)).body).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 2 }, { remaining: 2 }], credits: { remaining: 2 }, lease: {} });
    });

    test('a batch takes as its items do one by one, in their order, and a thousand callers at once take no more than there is', async () => {
      const { token } = await newKey(tenant, { rateLimits: [few(100)], credits: { remaining: 7 } });
      const batch = await world.service.post('/int/v1/keys/verify-batch', { items: Array.from({ length: 10 }, () => ({ token })) });
      expect((batch.body as { results: { code: string }[] }).results.map(({ code }) => code)).toEqual([...Array.from({ length: 7 }, () => 'VALID'), ...Array.from({ length: 3 }, () => 'CREDITS_EXHAUSTED')]);
      const many = await newKey(tenant, { credits: { remaining: 150 }, rateLimits: [few(160)] });
      const answers = await Promise.all(Array.from({ length: 10 }, () => world.service.post('/int/v1/keys/verify-batch', { items: Array.from({ length: 100 }, () => ({ token: many.token })) })));
      const all = answers.flatMap(({ body }) => (body as { results: { code: string }[] }).results.map(({ code }) => code));
      expect(all.filter((code) => code === 'VALID')).toHaveLength(150);
      expect(all.filter((code) => code === 'CREDITS_EXHAUSTED')).toHaveLength(850);
    });

    test('a batch that is refused for one of its items takes nothing for the others', async () => {
      const { token } = await newKey(tenant, { rateLimits: [few(9, { mode: 'LOCAL' })], credits: { remaining: 9 }, maxConcurrent: 1 });
      const good = { token, cost: 2, acquire: { seconds: 60 } };
      const refused = await world.service.post('/int/v1/keys/verify-batch', { items: [good, { token, cost: 0 }, good, { token: 1 }] });
      expect([refused.status, refused.body]).toMatchObject([400, { code: 'INVALID_INPUT', errors: [{ path: '/items/1/cost' }, { path: '/items/3/token' }] }]);
      expect((await verify(token, good)).body).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 7 }], credits: { remaining: 7 } });
    });

    test('both keys of a rotation draw from the same meters, which it neither resets nor doubles; undoing it changes nothing of that', async () => {
      const old = await newKey(tenant, { rateLimits: [few(6), few(6, { name: 'local', mode: 'LOCAL' })], credits: { remaining: 6 }, maxConcurrent: 2 });
      const acquire = { acquire: { seconds: 60 } };
      const leaseId = textAt(await verify(old.token, acquire), 'lease', 'id');
      const rotated = await tenant.admin.post(`/v1/api-keys/${old.id}/rotate`, { overlapSeconds: 600 });
      const settings = { rateLimits: [{ name: 'few', limit: 6 }, { name: 'local', limit: 6 }], credits: { remaining: 5, refill: null }, maxConcurrent: 2 };
      expect(rotated.body).toMatchObject({ key: settings, previous: settings });
      const fresh = { id: textAt(rotated, 'key', 'id'), token: textAt(rotated, 'token') };
      expect((await verify(fresh.token, acquire)).body).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 4 }, { remaining: 4 }], credits: { remaining: 4 } });
      for (const { token } of [old, fresh]) expect(await codes(token, 1, acquire)).toEqual(['CONCURRENCY_EXCEEDED']);
      // A lease is the key's that took it, also while another has its place.
      expect((await world.service.post('/int/v1/leases/release', { tenantId: tenant.id, keyId: old.id, leaseId })).body).toEqual({ released: true });
      expect((await verify(old.token, acquire)).body).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 3 }, { remaining: 3 }], credits: { remaining: 3 } });
      expect((await tenant.admin.post(`/v1/api-keys/${fresh.id}/undo-rotation`)).body).toMatchObject({ id: old.id, ...settings, credits: { remaining: 3 } });
      expect((await verify(old.token)).body).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 2 }, { remaining: 2 }], credits: { remaining: 2 } });
      expect(await codes(old.token, 3)).toEqual(['VALID', 'VALID', 'RATE_LIMITED']);
    });
  });

  describe('settings', () => {
    test('a key is shown with its meters, the defaults filled in', async () => {
      const made = await tenant.admin.post('/v1/api-keys', serviceKey({ rateLimits: [few(5)], credits: { remaining: 3 }, maxConcurrent: 4 }));
      const metered = { rateLimits: [{ ...few(5), algorithm: 'SLIDING', mode: 'EXACT' }], credits: { remaining: 3, refill: null }, maxConcurrent: 4, lastUsedAt: null, lastAddress: null, verifications: 0 };
      expect(made.body).toMatchObject({ key: metered });
      expect(await keyOf(textAt(made, 'key', 'id'))).toMatchObject(metered);
      expect((await tenant.admin.post('/v1/api-keys', serviceKey())).body).toMatchObject({ key: { rateLimits: [], credits: null, maxConcurrent: null } });
    });

    test.each([
      ['a limit of nothing', { rateLimits: [few(0)] }, '/rateLimits/0/limit'], ['two of one name', { rateLimits: [few(1), few(2)] }, '/rateLimits'], ['a window of 99 ms', { rateLimits: [few(1, { windowMs: 99 })] }, '/rateLimits/0/windowMs'],
      ['debts', { credits: { remaining: -1 } }, '/credits/remaining'], ['a refill of nothing', { credits: { remaining: 1, refill: { amount: 0, interval: 'DAILY' } } }, '/credits/refill/amount'],
      ['no lease at all', { maxConcurrent: 0 }, '/maxConcurrent'],
    ])('%s is refused by its field, in a new key and in an update', async (_what, asked, path) => {
      const refused = await tenant.admin.post('/v1/api-keys', serviceKey(asked));
      expect([refused.status, refused.body]).toMatchObject([400, { code: 'INVALID_INPUT', errors: [{ path }] }]);
      const { id } = await newKey(tenant);
      const unchanged = await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 1, ...asked });
      expect([unchanged.status, unchanged.body]).toMatchObject([400, { code: 'INVALID_INPUT', errors: [{ path }] }]);
    });

    test.each([['rateLimits', [few(5)]], ['credits', { remaining: 1 }], ['maxConcurrent', 1]])('a management key has no %s, for nothing would enforce it', async (field, value) => {
      const permissions = ['hoc:keys.read'];
      const refused = await tenant.admin.post('/v1/api-keys', serviceKey({ permissions, [field]: value }));
      expect([refused.status, refused.body]).toMatchObject([400, { code: 'INVALID_INPUT', errors: [{ path: `/${field}` }] }]);
      const { id } = await newKey(tenant, { permissions });
      const unchanged = await tenant.admin.patch(`/v1/api-keys/${id}`, { version: 1, [field]: value });
      expect([unchanged.status, unchanged.body]).toMatchObject([400, { code: 'INVALID_INPUT', errors: [{ path: `/${field}` }] }]);
    });
  });
});
