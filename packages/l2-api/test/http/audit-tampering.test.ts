import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, newKey, type TestTenant, type World } from './world.ts';

describe.each(BACKENDS)('GET /v1/audit/verify, on %s', (backend) => {
  let world: World;
  let tenant: TestTenant;
  let entries: number;

  beforeAll(async () => { world = await createWorld(backend); });
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.newTenant();
    for (let index = 0; index < 4; index += 1) await newKey(tenant);
    const verdict = await tenant.admin.get('/v1/audit/verify');
    expect(verdict.body).toMatchObject({ valid: true });
    entries = (verdict.body as { entries: number }).entries; // the document's schema has shown it
    expect(entries).toBeGreaterThanOrEqual(5);
  });

  /** As somebody who owns the database. */
  const tamper = (text: string, ...params: readonly unknown[]): Promise<unknown> => world.server.asOwner(text, [tenant.id, ...params]);
  const expectFound = async (firstInvalidSeq: number): Promise<void> => {
    const verdict = await tenant.admin.get('/v1/audit/verify');
    expect([verdict.status, verdict.body]).toMatchObject([200, { valid: false, firstInvalidSeq }]);
    expect((verdict.body as { reason: string }).reason.length).toBeGreaterThan(10);
  };

  test.each([
    ['subject', `subject = 'key_somebody_else'`],
    ['actor', `actor = '{"plane":"fdr","id":"tok_x","name":"x"}'::jsonb`],
    ['outcome', `outcome = 'FAILED'`],
    ['time', `at = at + interval '1 millisecond'`],
    ['method', `method = 'revoke'`],
    ['invariants', `invariants = '[]'::jsonb`],
    ['request', `request_id = 'another'`],
  ])('finds an entry whose %s was edited', async (_, change) => {
    await tamper(`update audit_entries set ${change} where tenant_id = $1 and seq = 3`);
    await expectFound(3);
  });

  test('finds an edit whose hash was made to fit, by the link of the next', async () => {
    await tamper(`update audit_entries set hash = repeat('0', 64) where tenant_id = $1 and seq = 3`);
    await expectFound(3);
  });

  test('finds a deleted entry', async () => {
    await tamper('delete from audit_entries where tenant_id = $1 and seq = 2');
    await expectFound(2);
  });

  test('finds a deleted entry whose gap was closed', async () => {
    await tamper('delete from audit_entries where tenant_id = $1 and seq = 2');
    for (let seq = 3; seq <= entries; seq += 1) await tamper('update audit_entries set seq = $2 where tenant_id = $1 and seq = $3', seq - 1, seq);
    await expectFound(2);
  });

  test('finds two entries that changed places', async () => {
    for (const [from, to] of [[2, 1_000_000], [3, 2], [1_000_000, 3]]) await tamper('update audit_entries set seq = $2 where tenant_id = $1 and seq = $3', to, from);
    await expectFound(2);
  });

  test('finds a cut tail, against the stored head', async () => {
    await tamper('delete from audit_entries where tenant_id = $1 and seq = $2', entries);
    await expectFound(entries);
  });

  test('finds a tail that was cut together with the head\'s number, by the head\'s hash', async () => {
    await tamper('delete from audit_entries where tenant_id = $1 and seq = $2', entries);
    await tamper('update audit_heads set seq = $2 where tenant_id = $1', entries - 1);
    await expectFound(entries - 1);
  });

  test('finds a chain without its head, and one that was removed with it', async () => {
    await tamper('delete from audit_heads where tenant_id = $1');
    await expectFound(1);
    await tamper('delete from audit_entries where tenant_id = $1');
    await expectFound(1);
  });

  test('finds an entry of another tenant that was moved in', async () => {
    const other = await world.newTenant();
    await tamper('delete from audit_entries where tenant_id = $1 and seq = 1');
    await world.server.asOwner('update audit_entries set tenant_id = $1 where tenant_id = $2 and seq = 1', [tenant.id, other.id]);
    await expectFound(1);
  });

  test('goes on being valid where nobody tampers, and another tenant\'s fault is not this one\'s', async () => {
    await tamper('delete from audit_entries where tenant_id = $1 and seq = 2');
    const other = await world.newTenant();
    expect((await other.admin.get('/v1/audit/verify')).body).toMatchObject({ valid: true });
  });
});
