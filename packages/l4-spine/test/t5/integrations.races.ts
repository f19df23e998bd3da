import { setTimeout as sleep } from 'node:timers/promises';
import { connectorTypeOfIntegration } from '@hoc/l4-spine/domains/integrations/facts';
import type { ProbeResult } from '@hoc/l5-engines/integrations/probe';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { createIntegration, integration, newType, onIntegration, removeType, rotateCredential, storedIntegration, updateIntegration } from './integrations.steps.ts';
import { countersOf } from './counters.ts';
import { integrationReads } from './integrations.reads.ts';
import { proved } from './proved.ts';
import { countBetween, often, race, refusals, rush, summary, type Race } from './race.ts';
import { modesAgainstReads } from './scoped-reads.ts';
import { byAdmin, HEALTHY, resume, suspend, WIDE_PLAN, type Answer, type Ask, type Registry, type Stage } from './stage.ts';
import { withFact, withHandler } from './substitutes.ts';
import { connectorTypeWithoutLock, INTEGRATION_WITHOUT_LOCK, TENANT_WITHOUT_LOCK } from './unlocked.ts';

const ROUNDS = 200;

/** Something that one side waits at until the other lets it go on. */
function gate(): { readonly reached: Promise<void>; readonly open: () => void; pass(): Promise<void> } {
  const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return {
    reached: reached.promise,
    open: opened.resolve,
    pass: () => {
      reached.resolve();
      return opened.promise;
    },
  };
}

const hasEnded = async (work: Promise<unknown>, withinMs: number): Promise<boolean> => Promise.race([work.then(() => true), sleep(withinMs, false)]);

const later = async <Value>(ms: number, work: () => Promise<Value>): Promise<Value> => {
  if (ms > 0) await sleep(ms);
  return work();
};

export function integrationRaces(stage: () => Stage): void {
  enableAgainstRemoval(stage);
  disableAgainstProbe(stage);
  sixDisables(stage);
  suspendAgainstCreate(stage);
  placesAndNames(stage);
  modesAgainstReads(stage, integrationReads);
  readsAtOnce(stage);
}

function enableAgainstRemoval(stage: () => Stage): void {
  describe('enable against the removal of its connector type', () => {
    test(`${ROUNDS} rounds enable nothing of a type that was removed by then`, async ({ annotate, task }) => {
      let late = 0;
      // The handler runs after the rule was judged: what it sees removed was removed before the write.
      const looksAgain = withHandler('integrations.write', 'enable', (run) => async (call) => {
        const { connectorType } = call.facts as { readonly connectorType: { readonly name: string } };
        if ((await call.scope.connectorTypes.get(connectorType.name))?.isEnabled === false) late += 1;
        return run(call);
      });
      const registry = stage().server({ substitute: looksAgain });
      const seen = { enabled: 0, denied: 0, removed: 0 };
      const others: unknown[] = [];
      // How long the enabling is asked after the removal; below 0, before it. Whichever wins is held back in the rounds that follow, so that they go on to meet.
      let delayMs = 0;
      await often(ROUNDS, async (round) => {
        const [tenant, type] = [await stage().tenant({ plan: WIDE_PLAN }), await newType(stage())];
        const id = await integration(stage(), tenant, 'CREATED', { connectorType: type });
        const [enabled, removed] = await Promise.all([
          later(delayMs, () => stage().ask(onIntegration(tenant, 'enable', id), registry)),
          later(-delayMs, () => stage().ask(removeType(stage(), type), stage().fleet[round % stage().fleet.length])),
        ]);
        delayMs += enabled.result.ok ? 1 : -1;
        seen.removed += removed.result.ok ? 1 : 0;
        if (enabled.result.ok) seen.enabled += 1;
        else if (refusals([enabled])[0] === 'BI-INTEG-001') seen.denied += 1;
        else others.push(enabled.result.denial);
      });
      await annotate(`${seen.enabled} enabled before the removal, ${seen.denied} denied after it`);
      expect({ late, others, removed: seen.removed }).toEqual({ late: 0, others: [], removed: ROUNDS });
      expect(Math.min(seen.enabled, seen.denied)).toBeGreaterThan(ROUNDS / 40);
      proved(task, 'BI-INTEG-001', 'race');
    });

    /** Stops the enabling between its facts and its handler, removes the type there, and goes on. */
    const interleaved = async (isLocked: boolean): Promise<{ readonly removedFirst: boolean; readonly enabled: Answer; readonly removed: Answer }> => {
      const [tenant, type] = [await stage().tenant(), await newType(stage())];
      const id = await integration(stage(), tenant, 'CREATED', { connectorType: type });
      const between = gate();
      const substitute = isLocked
        ? withFact(connectorTypeOfIntegration, async (scope, request) => {
            const found = await connectorTypeOfIntegration.resolve(scope, request);
            await between.pass();
            return found;
          })
        : (definitions: Parameters<ReturnType<typeof connectorTypeWithoutLock>>[0]) => withGate(connectorTypeWithoutLock(type)(definitions));
      const withGate = withHandler('integrations.write', 'enable', (run) => async (call) => {
        await between.pass();
        return run(call);
      });
      const enabling = stage().ask(onIntegration(tenant, 'enable', id), stage().server({ substitute }));
      await between.reached;
      const removing = stage().ask(removeType(stage(), type));
      const removedFirst = await hasEnded(removing, 500);
      between.open();
      return { removedFirst, enabled: await enabling, removed: await removing };
    };

    test('a removal waits for an enabling that has read the type', async () => {
      const { removedFirst, enabled, removed } = await interleaved(true);
      expect(removedFirst).toBe(false);
      expectOk(enabled.result);
      expectOk(removed.result);
    });

    test('without the lock on the type it does not, and an integration of a removed type is enabled', async () => {
      const { removedFirst, enabled } = await interleaved(false);
      expect(removedFirst).toBe(true);
      expectOk(enabled.result);
    });
  });
}

/** Enabled again before each round; then the probe and the disable meet. */
const probeAgainstDisable: Race = {
  begin: async (stage, tenant) => {
    const [known] = await stage.db.asOwner<{ id: string }>('select id from integrations where tenant_id = $1', [tenant.id]);
    const id = known?.id ?? (await integration(stage, tenant));
    await stage.ask(onIntegration(tenant, 'enable', id));
    return { tenant, id };
  },
  guarded: ({ tenant, id }) => onIntegration(tenant, 'probe', id),
  breaking: ({ tenant, id }) => onIntegration(tenant, 'disable', id),
  // A probe is judged in a transaction of its own before it is sent.
  stretch: 10,
  countLate: countBetween('probe', 'disable', 'enable'),
};

function disableAgainstProbe(stage: () => Stage): void {
  describe("disable against a probe's result", () => {
    test(`${ROUNDS} rounds record no probe after the disabling`, async ({ annotate, task }) => {
      const report = await race(stage(), stage().composed.registry, probeAgainstDisable, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, broken: ROUNDS, late: 0, deniedBy: ['BI-INTEG-005'], others: [] });
      expect(Math.min(report.committed, report.denied)).toBeGreaterThan(ROUNDS / 20);
      proved(task, 'BI-INTEG-005', 'race');
    });

    test('without the lock on the integration some probes are told as recorded after it; the version keeps them from the row', async ({ annotate }) => {
      const registry = stage().server({ substitute: INTEGRATION_WITHOUT_LOCK });
      const report = await race(stage(), registry, probeAgainstDisable, { rounds: 1000, enough: 3 });
      await annotate(summary(report));
      expect(report.late + report.others.length).toBeGreaterThan(0);
    });

    /** A probe whose target answers only after `meanwhile` was committed. */
    const answersAfter = async (meanwhile: (tenant: Awaited<ReturnType<Stage['tenant']>>, id: string) => readonly Ask[]) => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const target = gate();
      const probe = async (): Promise<ProbeResult> => {
        await target.pass();
        return HEALTHY;
      };
      const probing = stage().ask(onIntegration(tenant, 'probe', id), stage().server({ probe }));
      await target.reached;
      // No transaction is open while the target is asked: these do not wait.
      for (const ask of meanwhile(tenant, id)) await stage().do(ask);
      target.open();
      return { answer: await probing, row: await storedIntegration(stage(), tenant, id) };
    };

    test('a disable while the target is asked wins: the answer is not stored, and the integration stays DISABLED', async ({ task }) => {
      const { answer, row } = await answersAfter((tenant, id) => [onIntegration(tenant, 'disable', id)]);
      expect(refusals([answer])).toEqual(['BI-INTEG-005']);
      expect(row).toMatchObject({ status: 'DISABLED', health: 'UNKNOWN', lastProbeOk: null, version: 3 });
      proved(task, 'BI-INTEG-005', 'race');
    });

    test.each([
      ['another config', (tenant, id) => [updateIntegration(tenant, id, { version: 2, config: { organization: 'other' } })], 3],
      ['another credential', (tenant, id) => [rotateCredential(tenant, id, 'sk-another')], 3],
      ['a disable and an enable', (tenant, id) => [onIntegration(tenant, 'disable', id), onIntegration(tenant, 'enable', id)], 4],
    ] as const satisfies readonly (readonly [string, Parameters<typeof answersAfter>[0], number])[])('%s while the target is asked wins: what was found is not of it', async (_what, meanwhile, version) => {
      const { answer, row } = await answersAfter(meanwhile);
      expect(expectDenied(answer.result)).toMatchObject({ code: 'CHANGED_MEANWHILE', status: 409 });
      expect(row).toMatchObject({ status: 'ENABLED', health: 'UNKNOWN', lastProbeOk: null, version });
    });

    test('a deletion while the target is asked wins', async () => {
      const { answer, row } = await answersAfter((tenant, id) => [onIntegration(tenant, 'delete', id)]);
      expect(expectDenied(answer.result).code).toBe('NOT_FOUND');
      expect(row).toMatchObject({ health: 'UNKNOWN', lastProbeOk: null, sealed: null });
    });
  });
}

function sixDisables(stage: () => Stage): void {
  describe('six disables of one integration at once', () => {
    const six = async (servers?: readonly Registry[]): Promise<Answer[]> => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const answers = await rush(stage(), Array.from({ length: 6 }, () => onIntegration(tenant, 'disable', id)), servers);
      expect(await storedIntegration(stage(), tenant, id)).toMatchObject({ status: 'DISABLED', version: 3 });
      return answers;
    };

    test('one wins; the rule refuses the others', async ({ task }) => {
      await often(30, async () => {
        expect(refusals(await six())).toEqual(Array.from({ length: 5 }, () => 'BI-INTEG-002'));
      });
      proved(task, 'BI-INTEG-002', 'race');
    });

    test('without the lock the rule lets others through, and only the version of the integration stops them', async () => {
      const servers = stage().fleetOf({ substitute: INTEGRATION_WITHOUT_LOCK });
      const refused: string[] = [];
      await often(30, async () => {
        refused.push(...refusals(await six(servers)));
      });
      expect(refused).toContain('INTERNAL');
    });
  });
}

const suspendAgainstIntegration: Race = {
  begin: async (stage, tenant) => {
    // In the first round there is nothing to resume.
    await stage.ask(resume(stage, tenant));
    return { tenant, id: '' };
  },
  guarded: ({ tenant }) => createIntegration(tenant),
  breaking: ({ tenant }, stage) => suspend(stage, tenant),
  countLate: countBetween('create', 'suspend_tenant', 'resume_tenant'),
};

function suspendAgainstCreate(stage: () => Stage): void {
  describe('suspend against create', () => {
    test(`${ROUNDS} rounds leave no integration that was created after the suspension`, async ({ annotate, task }) => {
      const report = await race(stage(), stage().composed.registry, suspendAgainstIntegration, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, broken: ROUNDS, late: 0, deniedBy: ['BI-INTEG-004'], others: [] });
      expect(Math.min(report.committed, report.denied)).toBeGreaterThan(ROUNDS / 20);
      proved(task, 'BI-INTEG-004', 'race');
    });

    test('without the lock on the tenant the same harness finds some', async ({ annotate }) => {
      const report = await race(stage(), stage().server({ substitute: TENANT_WITHOUT_LOCK }), suspendAgainstIntegration, { rounds: 1000, enough: 3 });
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });
}

function placesAndNames(stage: () => Stage): void {
  test('ten creations at once, on a plan of three, make three; deletions beside creations lose no count', async () => {
    await often(8, async () => {
      const tenant = await stage().tenant();
      const answers = await rush(stage(), Array.from({ length: 10 }, () => createIntegration(tenant)));
      expect(refusals(answers)).toEqual(Array.from({ length: 7 }, () => 'PLAN_LIMIT'));
      expect(await countersOf(stage(), tenant)).toMatchObject({ LIVE_INTEGRATIONS: 3 });
      const [one] = answers.flatMap(({ result }) => (result.ok ? [expectOk<{ id: string }>(result).id] : []));
      await rush(stage(), [onIntegration(tenant, 'delete', one ?? ''), createIntegration(tenant), createIntegration(tenant)]);
      const [{ count } = { count: -1 }] = await stage().db.asOwner<{ count: number }>('select count(*)::int as count from integrations where tenant_id = $1 and deleted_at is null', [tenant.id]);
      expect(await countersOf(stage(), tenant)).toMatchObject({ LIVE_INTEGRATIONS: count });
      expect(count).toBeLessThanOrEqual(3);
    });
  });

  test('of six creations under one name at once, one wins, however the name is written', async () => {
    const names = ['Provider', 'provider', ' PROVIDER', 'Ｐｒｏｖｉｄｅｒ', 'pRovider ', 'PROVIDER'];
    await often(10, async () => {
      const tenant = await stage().tenant();
      const answers = await rush(stage(), names.map((name) => createIntegration(tenant, { name })));
      expect(refusals(answers)).toEqual(Array.from({ length: 5 }, () => 'NAME_TAKEN'));
    });
  });

  test('deletions, changes, probes and disables of one integration at once end without a fault', async () => {
    await often(30, async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const asks = [onIntegration(tenant, 'probe', id), onIntegration(tenant, 'disable', id), updateIntegration(tenant, id, { version: 2, name: 'x' }), rotateCredential(tenant, id), onIntegration(tenant, 'delete', id)];
      for (const refused of refusals(await rush(stage(), asks))) {
        expect(['NOT_FOUND', 'BI-INTEG-002', 'BI-INTEG-005', 'VERSION_CONFLICT', 'CHANGED_MEANWHILE']).toContain(refused);
      }
    });
  });
}

/** Reads take no locks; what keeps them apart is the tenant of their transaction. */
function readsAtOnce(stage: () => Stage): void {
  test('many tenants that read at once, on the connections of one pool, each see their own and nothing else', async () => {
    const tenants = await Promise.all(Array.from({ length: 6 }, () => stage().tenant()));
    const own = new Map(await Promise.all(tenants.map(async (tenant) => [tenant, [await integration(stage(), tenant), await integration(stage(), tenant)]] as const)));
    await often(120, async (round) => {
      const tenant = tenants[round % tenants.length];
      if (tenant === undefined) throw new Error('there are six tenants');
      const { items } = await stage().do<{ items: readonly { id: string }[] }>(byAdmin(tenant, 'integrations.query', 'list'));
      expect(items.map(({ id }) => id).toSorted()).toEqual(own.get(tenant)?.toSorted());
    });
  });
}
