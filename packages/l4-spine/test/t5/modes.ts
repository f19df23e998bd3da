import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { RULES_BY_ANCHOR, type RuleId } from './domain-rules.ts';
import type { Answer, Ask, Cast, Registry, Stage } from './stage.ts';

interface InvariantInForce {
  readonly id: string;
  readonly anchors: readonly string[];
  readonly defaultMode: string;
  readonly effectiveMode: string;
  readonly settings: readonly unknown[];
}

/** Proves how modes are governed, on one rule and a call that a SUSPENDED tenant makes again and again. Run before anybody sets a mode. */
export function areGoverned(stage: () => Stage, rule: RuleId, callOf: (tenant: Cast) => Ask): void {
  const inForce = async (tenantId?: string): Promise<readonly InvariantInForce[]> =>
    (await stage().do<{ items: readonly InvariantInForce[] }>(stage().byOperator('governance.query', 'invariants', {}, tenantId))).items;
  const suspended = (): Promise<Cast> => stage().tenant({ status: 'SUSPENDED' });
  const isRefused = ({ result }: Answer): void => expect(expectDenied(result).violations?.map(({ invariantId }) => invariantId)).toEqual([rule]);
  const ask = (tenant: Cast, registry?: Registry): Promise<Answer> => stage().ask(callOf(tenant), registry);

  describe('the modes in force', () => {
    test('are STRICT for every rule of a fresh installation, for all and for each tenant, with nothing set', async () => {
      for (const rules of [await inForce(), await inForce((await suspended()).id)]) {
        expect(rules.map(({ id }) => id).toSorted()).toEqual([...new Set(Object.values(RULES_BY_ANCHOR).flat())].toSorted());
        for (const inForce of rules) expect(inForce).toMatchObject({ defaultMode: 'STRICT', effectiveMode: 'STRICT', settings: [] });
      }
    });

    test('show each rule on exactly the anchors that DOMAIN.md gives it', async () => {
      for (const { id, anchors } of await inForce()) {
        const expected = Object.entries(RULES_BY_ANCHOR).filter(([, rules]) => rules.some((known) => known === id)).map(([anchor]) => anchor);
        expect(anchors.toSorted(), id).toEqual(expected.toSorted());
      }
    });

    test('are those of one tenant alone, where they were set for it alone', async () => {
      const [monitored, other] = [await suspended(), await suspended()];
      await stage().inMode([rule], 'MONITOR', monitored.id, async () => {
        expectOk((await ask(monitored)).result);
        isRefused(await ask(other));
      });
      isRefused(await ask(monitored));
    });

    test('are those set for all, but for a tenant that has its own', async () => {
      const [any, strict] = [await suspended(), await suspended()];
      await stage().setMode(rule, 'STRICT', strict.id);
      await stage().inMode([rule], 'MONITOR', null, async () => {
        expectOk((await ask(any)).result);
        isRefused(await ask(strict));
      });
      isRefused(await ask(any));
    });

    test('are STRICT again when MONITOR has run out', async () => {
      const tenant = await suspended();
      const later = stage().server({ clock: () => new Date(Date.now() + 2 * 3_600_000) });
      await stage().inMode([rule], 'MONITOR', tenant.id, async () => {
        expectOk((await ask(tenant)).result);
        isRefused(await ask(tenant, later));
      });
    });
  });
}
