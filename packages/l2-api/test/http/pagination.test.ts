import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemsOf, textAt, type Client } from './client.ts';
import { createWorld, everyPage, newKey, serviceKey, type TestTenant, type World } from './world.ts';

describe('lists', () => {
  let world: World;
  let tenant: TestTenant;

  beforeAll(async () => {
    world = await createWorld('pglite');
    tenant = await world.newTenant();
    for (let index = 0; index < 11; index += 1) {
      await newKey(tenant, { name: `key ${index}` });
      await tenant.admin.post('/v1/projects', { name: `project ${index}` });
      await world.operator.post('/fdr/v1/tokens', { plane: 'int', name: `gateway ${index}` });
    }
    await world.newTenant();
    await world.newTenant();
    await world.operator.post(`/fdr/v1/tenants/${tenant.id}/suspend`, { reason: 'x' });
    for (let index = 0; index < 5; index += 1) await tenant.admin.post('/v1/api-keys', serviceKey());
  });
  afterAll(() => world.close());

  const LISTS: readonly [path: string, plane: 'operator' | 'admin', atLeast: number][] = [
    ['/v1/api-keys', 'admin', 12], ['/v1/projects', 'admin', 12], ['/v1/audit', 'admin', 25], ['/v1/usage', 'admin', 30],
    ['/fdr/v1/tenants', 'operator', 3], ['/fdr/v1/tokens', 'operator', 12], ['/fdr/v1/violations', 'operator', 5],
  ];
  const clientOf = (plane: 'operator' | 'admin'): Client => (plane === 'operator' ? world.operator : tenant.admin);

  test.each(LISTS)('%s gives every item once, in one order, whatever the size of the page', async (path, plane, atLeast) => {
    const client = clientOf(plane);
    const { items: whole, pages } = await everyPage(client, path, 200);
    expect(pages).toBe(1);
    expect(whole.length).toBeGreaterThanOrEqual(atLeast);
    for (const limit of [1, 2, 5, whole.length, whole.length + 1]) {
      const paged = await everyPage(client, path, limit);
      expect(paged.items).toEqual(whole);
      expect(paged.pages).toBe(Math.max(1, Math.ceil(whole.length / limit)));
    }
  });

  test.each(LISTS)('%s takes a limit of 1 to 200 and its own cursors, and nothing else', async (path, plane) => {
    const client = clientOf(plane);
    expect((await client.get(path)).status).toBe(200);
    for (const limit of ['1', '200']) expect((await client.get(`${path}?limit=${limit}`)).status).toBe(200);
    for (const limit of ['0', '201', '-1', '1.5', 'x', '', '1e2', '%2b1']) {
      expect([limit, (await client.get(`${path}?limit=${limit}`)).body]).toMatchObject([limit, { status: 400, code: 'INVALID_INPUT', errors: [{ path: '/limit' }] }]);
    }
    for (const cursor of ['', 'x', 'null', Buffer.from('[]').toString('base64url'), Buffer.from('["a","b"]').toString('base64url'), Buffer.from('[1,"\\u0000"]').toString('base64url'), 'a'.repeat(500)]) {
      expect([cursor, (await client.get(`${path}?cursor=${cursor}`)).body]).toMatchObject([cursor, { status: 400, code: 'INVALID_INPUT', errors: [{ path: '/cursor' }] }]);
    }
  });

  test('a list goes on where it was while others are added', async () => {
    const first = await world.operator.get('/fdr/v1/tokens?limit=3');
    await world.operator.post('/fdr/v1/tokens', { plane: 'int', name: 'late' });
    const second = await world.operator.get(`/fdr/v1/tokens?limit=200&cursor=${textAt(first, 'nextCursor')}`);
    const names = [...itemsOf(first), ...itemsOf(second)].map((item) => item['id']);
    expect(new Set(names).size).toBe(names.length);
    expect(second.text).not.toContain('"late"');
  });

  test('filters hold across pages', async () => {
    const { items } = await everyPage(tenant.admin, '/v1/api-keys?namePrefix=key%201', 1);
    expect(items.map((item) => (item as { name: string }).name)).toEqual(['key 10', 'key 1']);
    expect((await everyPage(world.operator, `/fdr/v1/violations?tenantId=${tenant.id}&invariantId=BI-APIKEY-001`, 2)).items.length).toBe(5);
    expect((await everyPage(world.operator, '/fdr/v1/violations?invariantId=BI-TENANT-008', 2)).items).toEqual([]);
  });
});
