import type { ReadScope } from '@hoc/l5-engines/scope';
import { describe, expect, test } from 'vitest';
import { NOW, operator, requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { PLATFORM } from '../../kernel/request.ts';
import type { ModeRow } from '../rows.ts';
import { invariantsQuery } from './invariants.ts';
import type { Rule } from './rule.ts';

const rule = { id: 'BI-X-001', guards: ['x.make', 'x.mend'], severity: 'HIGH', condition: 'It is whole.', remediation: 'Mend it.' };
const other = { ...rule, id: 'BI-X-002' };
// The query shows what these five say of a rule, and asks a rule for nothing else.
const rules = [rule, other] as unknown as readonly Rule[];

const setting = (but: Partial<ModeRow>): ModeRow => ({
  invariantId: 'BI-X-001', tenantId: null, mode: 'MONITOR', owner: 'ops', reason: 'roll-out', expiresAt: null,
  setBy: { plane: 'fdr', id: 'tok_operator', name: 'root' }, setAt: NOW, ...but,
});

/** What the query answers over these settings, and what it asked storage. */
async function shown(tenantId: string, settings: readonly ModeRow[]) {
  const asked: string[] = [];
  const scope = {
    tenants: {
      get: async (id: string) => {
        asked.push(`tenant ${id}`);
        return id === 'tnt_1' ? tenantRow() : null;
      },
    },
    modes: {
      list: async () => {
        asked.push('modes of all');
        return settings;
      },
      listForTenant: async (id: string) => {
        asked.push(`modes for ${id}`);
        return settings;
      },
    },
  };
  const query = invariantsQuery(rules, 'STRICT');
  // Of the scope the query needs tenants and modes.
  const answer = await query.run({ request: requestOf({}, { principal: operator, tenantId }), scope: scope as unknown as ReadScope });
  return { answer, asked };
}

const shape = { anchors: ['x.make', 'x.mend'], severity: 'HIGH', condition: 'It is whole.', remediation: 'Mend it.', defaultMode: 'STRICT' };
const shownSetting = { mode: 'MONITOR', tenantId: null, owner: 'ops', reason: 'roll-out', expiresAt: null, setBy: { plane: 'fdr', id: 'tok_operator', name: 'root' }, setAt: NOW.toISOString() };

describe('the invariants that operators see', () => {
  test('are for operators who may read governance', () => {
    expect(invariantsQuery(rules, 'STRICT')).toMatchObject({ address: ['governance.query', 'invariants'], planes: ['fdr'], permission: 'hoc:governance.read', tenancy: 'either' });
    expect(invariantsQuery(rules, 'STRICT').summary).toBe('Lists every invariant with its stored settings and the mode in force.');
  });

  test('of all tenants have the mode that is set for all, and no tenant is looked up', async () => {
    const { answer, asked } = await shown(PLATFORM, [setting({})]);
    expect(answer).toEqual({
      ok: true,
      value: {
        items: [
          { id: 'BI-X-001', ...shape, effectiveMode: 'MONITOR', settings: [shownSetting] },
          { id: 'BI-X-002', ...shape, effectiveMode: 'STRICT', settings: [] },
        ],
        nextCursor: null,
      },
    });
    expect(asked).toEqual(['modes of all']);
  });

  test('of one tenant have its own mode before the one for all, and show both', async () => {
    const { answer, asked } = await shown('tnt_1', [setting({}), setting({ tenantId: 'tnt_1', mode: 'ENFORCE' })]);
    expect(answer).toMatchObject({
      ok: true,
      value: { items: [{ effectiveMode: 'ENFORCE', settings: [shownSetting, { ...shownSetting, tenantId: 'tnt_1', mode: 'ENFORCE' }] }, { effectiveMode: 'STRICT', settings: [] }] },
    });
    expect(asked).toEqual(['tenant tnt_1', 'modes for tnt_1']);
  });

  test('of a tenant that does not exist are not there', async () => {
    expect((await shown('tnt_2', [setting({})])).answer).toMatchObject({ ok: false, rejection: { code: 'NOT_FOUND' } });
  });
});
