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
