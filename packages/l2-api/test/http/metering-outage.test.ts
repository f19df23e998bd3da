import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from './client.ts';
import { createWorld, newKey, type TestTenant, type World } from './world.ts';

const limit = (mode: 'EXACT' | 'LOCAL'): Readonly<Record<string, unknown>> => ({ name: 'few', limit: 1000, windowMs: 2_678_400_000, mode });

let world: World;
let tenant: TestTenant;

beforeAll(async () => {
  world = await createWorld('postgres');
  tenant = await world.newTenant();
});
afterAll(() => world.close());

const verify = (token: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> => world.service.post('/int/v1/keys/verify', { token, ...more });

/** Does the work while nobody can take from what is stored of meters; keys can be read. */
async function withoutStore<Value>(work: () => Promise<Value>): Promise<Value> {
  await world.server.asOwner('begin');
  await world.server.asOwner('lock table rate_windows, key_credits, key_slots, key_leases in access exclusive mode');
  try {
    return await work();
  } finally {
    await world.server.asOwner('rollback');
  }
}

test('while the store of meters is out, whatever it decides is 503 with Retry-After, whatever it does not goes on, and local limits have given nothing', async () => {
  const [exact, credits, leased, local, free, mixed] = await Promise.all([
    newKey(tenant, { rateLimits: [limit('EXACT')] }), newKey(tenant, { credits: { remaining: 1000 } }), newKey(tenant, { maxConcurrent: 2 }), newKey(tenant, { rateLimits: [limit('LOCAL')] }), newKey(tenant),
    newKey(tenant, { rateLimits: [limit('LOCAL'), { ...limit('EXACT'), name: 'exact' }] }),
  ]);
  const acquire = { acquire: { seconds: 60 } };
  const lease = (await verify(leased.token, acquire)).body as { readonly lease: { readonly id: string } };
  const ofLease = { tenantId: tenant.id, keyId: leased.id, leaseId: lease.lease.id };

  await withoutStore(async () => {
    const out = await Promise.all([
      verify(exact.token), verify(credits.token), verify(leased.token, acquire), verify(mixed.token), world.service.post('/int/v1/leases/release', ofLease), world.service.post('/int/v1/leases/renew', { ...ofLease, seconds: 60 }),
      world.service.post('/int/v1/keys/verify-batch', { items: [{ token: local.token }, { token: exact.token }] }),
    ]);
    // The client has checked Retry-After.
    expect(out.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual(out.map(() => [503, 'UNAVAILABLE']));
    for (const [token, more] of [[local.token, {}], [free.token, {}], [leased.token, {}]] as const) expect((await verify(token, more)).body).toMatchObject({ code: 'VALID' });
    // What is refused anyway asks no meter.
    expect((await verify(exact.token, { permissions: 'invoices:delete' })).body).toMatchObject({ code: 'INSUFFICIENT_PERMISSIONS' });
  });

  // A statement that its asker gave up may still be carried out once its turn comes: what was asked may have been taken, and no more.
  const left = async (token: string): Promise<Left> => (await verify(token)).body as Left;
  expect(await left(exact.token)).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: between(997, 999) }] });
  expect(await left(credits.token)).toMatchObject({ code: 'VALID', credits: { remaining: between(998, 999) } });
  expect(await left(mixed.token)).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 999 }, { remaining: between(998, 999) }] });
  // Of the one that was asked alone, in the batch too: a batch is no transaction.
  expect(await left(local.token)).toMatchObject({ code: 'VALID', rateLimits: [{ remaining: 997 }] });
});

type Left = { readonly code: string };

/** Any number in this range. */
const between = (least: number, most: number): unknown => expect.toSatisfy((value: unknown) => typeof value === 'number' && value >= least && value <= most, `a number from ${least} to ${most}`);
