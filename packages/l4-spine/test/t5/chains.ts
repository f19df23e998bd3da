import { expect, test } from 'vitest';
import { rulesOf } from './domain-rules.ts';
import type { StoredEntry } from './records.ts';
import { handMade, type Stage } from './stage.ts';

/** Proves, at the end of a suite, what all that happened in it left in the audit chains. */
export function chainsHold(stage: () => Stage): void {
  test('at the end, every audit chain verifies, and every write was judged by the rules of its anchor and no others', async () => {
    const on = stage();
    const entries = await on.db.asOwner<StoredEntry>(`select tenant_id as "tenantId", seq::int as seq, outcome, anchor, invariants from audit_entries`);
    for (const [tenantId, chain] of Map.groupBy(entries, (entry) => entry.tenantId)) {
      const verdict = await on.do<object>({ address: 'audit.query', method: 'verify', principal: handMade(tenantId), input: {} });
      expect(verdict, tenantId).toMatchObject({ valid: true, entries: chain.length, head: { seq: chain.length } });
    }
    expect(entries.some(({ outcome }) => outcome === 'DENIED')).toBe(true);
    for (const { outcome, anchor, invariants } of entries) {
      const judged = invariants.map(({ id }) => id);
      if (outcome === 'COMMITTED') expect(judged, anchor).toEqual(rulesOf(anchor));
      else expect(rulesOf(anchor), anchor).toEqual(expect.arrayContaining(judged));
    }
  });
}

/** Proves, after races, that no counter drifted from the rows that it counts. */
export function countersHold(stage: () => Stage): void {
  test('at the end, every counter says what its rows say', async () => {
    const drifted = await stage().db.asOwner(
      `select counter.tenant_id, counter.counter, counter.value from tenant_counters as counter where counter.value <> case counter.counter
        when 'LIVE_SERVICE_KEYS' then (select count(*) from api_keys as key where key.tenant_id = counter.tenant_id and key.counted and key.kind = 'SERVICE')
        when 'LIVE_MANAGEMENT_KEYS' then (select count(*) from api_keys as key where key.tenant_id = counter.tenant_id and key.counted and key.kind = 'MANAGEMENT')
        when 'LIVE_INTEGRATIONS' then (select count(*) from integrations as integration where integration.tenant_id = counter.tenant_id and integration.deleted_at is null)
        else (select count(*) from projects as project where project.tenant_id = counter.tenant_id and project.status = 'ACTIVE') end`,
    );
    expect(drifted).toEqual([]);
  });
}
