import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { countersOf } from './counters.ts';
import { entriesOf, snapshot } from './records.ts';
import { createKey, type Ask, type Cast, type Stage } from './stage.ts';

/** A key with credits: all that a create leaves to its commit. */
const withCredits = (tenant: Cast, idempotencyKey?: string): Ask => ({ ...createKey(tenant, { credits: { remaining: 5 } }), idempotencyKey });

/** What the database is brought to refuse of one tenant, one for each statement that the create of a key does not wait for. */
const REFUSED = [
  { statement: 'the row of the key', table: 'api_keys', refused: `kind = 'SERVICE'` },
  { statement: 'the count of live keys', table: 'tenant_counters', refused: `counter = 'LIVE_SERVICE_KEYS' and value > 0` },
  { statement: 'the credits of the key', table: 'key_credits', refused: 'true' },
] as const;

/** Proves that the create of a key fails with any statement of its own, though it waits for none of them before it asks for the commit. */
export function failsWithEachStatement(stage: () => Stage): void {
  describe('the create of a key', () => {
    test.each(REFUSED)('that the database refuses $statement leaves nothing but its FAILED entry, and its idempotency key is free again', async ({ table, refused }) => {
      const on = stage();
      const tenant = await on.tenant();
      const rows = await snapshot(on.db);
      await on.db.asOwner(`alter table ${table} add constraint refused check (tenant_id <> '${tenant.id}' or not (${refused}))`);
      try {
        const { result, requestId } = await on.ask(withCredits(tenant, 'once'));
        expect(expectDenied(result).code).toBe('INTERNAL');
        expect(await entriesOf(on.db, requestId)).toMatchObject([{ tenantId: tenant.id, outcome: 'FAILED', anchor: 'api_key.create', subject: null }]);
        // The statement's own failure, and not that of what came after it.
        expect(on.composed.failures.filter((failure) => failure.requestId === requestId)).toMatchObject([{ error: { code: '23514', constraint: 'refused' } }]);
      } finally {
        await on.db.asOwner(`alter table ${table} drop constraint refused`);
      }
      expect(await snapshot(on.db)).toBe(rows);
      expectOk((await on.ask(withCredits(tenant, 'once'))).result);
      expect(await countersOf(on, tenant)).toMatchObject({ LIVE_SERVICE_KEYS: 1 });
    });

    test('whose counter is gone is not committed without it: where its rules are only monitored, it fails', async () => {
      const on = stage();
      const tenant = await on.tenant();
      await on.db.asOwner('delete from tenant_counters where tenant_id = $1', [tenant.id]);
      const rows = await snapshot(on.db);
      await on.inMode(['BI-APIKEY-002'], 'MONITOR', tenant.id, async () => {
        expect(expectDenied((await on.ask(withCredits(tenant))).result).code).toBe('INTERNAL');
      });
      expect(await snapshot(on.db)).toBe(rows);
    });
  });
}
