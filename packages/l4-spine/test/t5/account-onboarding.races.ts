import { setTimeout as sleep } from 'node:timers/promises';
import { expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { archiveAll } from './account-onboarding.cases.ts';
import {
  attestBy, carrierOf, confirmBy, keyOf, newcomer, newNonce, onboarding, plantState, sentToken, storedEvidence, storedState, type Newcomer, type OnboardingState,
} from './onboarding-states.ts';
import { proved } from './proved.ts';
import { countBetween, countOnEnded, often, race, refusals, rush, summary, type Race, type Scene } from './race.ts';
import { archiveProject, byAdmin, onKey, WIDE_PLAN, type Answer, type Ask, type Registry, type Stage } from './stage.ts';
import { inTurn, withHandler, type Substitute } from './substitutes.ts';
import { PREDICATES_WITHOUT_LOCK, STEP_EVIDENCE_WITHOUT_LOCK, TENANT_TO_CHANGE_WITHOUT_LOCK } from './unlocked.ts';

const ROUNDS = 120;

interface SceneOfKey extends Scene {
  readonly ask: Ask;
}

/** A write of a newcomer's against the end of what it stands on; each round has a tenant of its own, for every step is taken once. */
interface MeetingOfSteps {
  /** The one that ends something, and the one that stands on it. */
  readonly writes: readonly [breaking: string, guarded: string];
  readonly rule: 'BI-ONBOARD-001' | 'BI-ONBOARD-002';
  readonly leaves: string;
  readonly race: Race<SceneOfKey>;
  readonly without: Substitute;
}

const begin = (state: OnboardingState, ready: (stage: Stage, tenant: Newcomer) => Promise<{ readonly id: string; readonly ask: Ask }>) => async (stage: Stage): Promise<SceneOfKey> => {
  const tenant = await newcomer(stage, state, WIDE_PLAN);
  return { tenant, ...(await ready(stage, tenant)) };
};

const RACES: readonly MeetingOfSteps[] = [
  {
    writes: ['revoking the last key', 'COMPLETE'], rule: 'BI-ONBOARD-001', leaves: 'no COMPLETE after the revocation', without: PREDICATES_WITHOUT_LOCK,
    race: {
      begin: begin('SDK_CONNECTED', async (_stage, tenant) => ({ id: keyOf(tenant).id, ask: onboarding(tenant, 'complete') })),
      guarded: ({ ask }) => ask,
      breaking: ({ tenant, id }) => onKey(tenant, 'revoke', id),
      countLate: countBetween('complete', 'revoke', null),
    },
  },
  {
    writes: ['archiving the last project', 'COMPLETE'], rule: 'BI-ONBOARD-001', leaves: 'no COMPLETE after the archiving', without: PREDICATES_WITHOUT_LOCK,
    race: {
      begin: begin('SDK_CONNECTED', async (stage, tenant) => {
        await archiveAll(stage, tenant);
        return { id: await stage.project(tenant), ask: onboarding(tenant, 'complete') };
      }),
      guarded: ({ ask }) => ask,
      breaking: ({ tenant, id }) => archiveProject(tenant, id),
      countLate: countBetween('complete', 'archive_project', 'create_project'),
    },
  },
  {
    writes: ['disabling the last integration', 'COMPLETE'], rule: 'BI-ONBOARD-001', leaves: 'no COMPLETE after the disabling', without: PREDICATES_WITHOUT_LOCK,
    race: {
      begin: begin('SDK_CONNECTED', async (stage, tenant) => {
        const [row] = await stage.db.asOwner<{ id: string }>('select id from integrations where tenant_id = $1', [tenant.id]);
        return { id: row?.id ?? '', ask: onboarding(tenant, 'complete') };
      }),
      guarded: ({ ask }) => ask,
      breaking: ({ tenant, id }) => byAdmin(tenant, 'integrations.write', 'disable', { integrationId: id }),
      countLate: countBetween('complete', 'disable', null),
    },
  },
  {
    writes: ['revoking the last key', 'an advance by it'], rule: 'BI-ONBOARD-002', leaves: 'no advance after the revocation', without: STEP_EVIDENCE_WITHOUT_LOCK,
    race: {
      begin: begin('API_KEY_CREATED', async (stage, tenant) => {
        await plantState(stage, tenant, 'IDENTITY_VERIFIED');
        return { id: keyOf(tenant).id, ask: onboarding(tenant, 'advance') };
      }),
      guarded: ({ ask }) => ask,
      breaking: ({ tenant, id }) => onKey(tenant, 'revoke', id),
      countLate: countBetween('advance', 'revoke', null),
    },
  },
  {
    writes: ['revoking a key', 'its attestation'], rule: 'BI-ONBOARD-002', leaves: 'no attestation by a key that was revoked before', without: STEP_EVIDENCE_WITHOUT_LOCK,
    race: {
      begin: begin('API_KEY_CREATED', async (stage, tenant) => ({ id: keyOf(tenant).id, ask: attestBy(await carrierOf(stage, keyOf(tenant)), await newNonce(stage, tenant)) })),
      guarded: ({ ask }) => ask,
      breaking: ({ tenant, id }) => onKey(tenant, 'revoke', id),
      countLate: countOnEnded('attest_sdk', 'revoke', ({ actorId }) => actorId),
    },
  },
];

export function onboardingRaces(stage: () => Stage): void {
  // Not `describe.each`, which cuts what a name says: these names stand in the evidence.
  for (const { writes: [breaking, guarded], rule, leaves, race: meeting, without } of RACES) describe(`${breaking} against ${guarded}`, () => {
    test(`${ROUNDS} rounds leave ${leaves}`, async ({ annotate, task }) => {
      const report = await race(stage(), stage().composed.registry, meeting, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, broken: ROUNDS, late: 0, deniedBy: [rule], others: [] });
      expect(report.committed).toBeGreaterThan(ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(ROUNDS / 20);
      proved(task, rule, 'race');
    });

    test('without the locks on what it stands on, the same harness finds some', async ({ annotate }) => {
      const report = await race(stage(), stage().server({ substitute: without }), meeting, { rounds: 1000, enough: 3 });
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });

  /** Each step once, by six who ask for it at the same time. */
  const STEPS: readonly { readonly what: string; readonly to: OnboardingState; readonly kind: string; ready(stage: Stage): Promise<readonly [Newcomer, Ask]> }[] = [
    {
      what: 'confirmations by one token', to: 'IDENTITY_VERIFIED', kind: 'CONTACT_CONFIRMED',
      ready: async (on) => {
        const tenant = await newcomer(on, 'CREATED', WIDE_PLAN);
        return [tenant, confirmBy(tenant, await sentToken(on, tenant))];
      },
    },
    {
      what: 'advances', to: 'API_KEY_CREATED', kind: 'SERVICE_KEY_CREATED',
      ready: async (on) => {
        const tenant = await newcomer(on, 'API_KEY_CREATED', WIDE_PLAN);
        await plantState(on, tenant, 'IDENTITY_VERIFIED');
        return [tenant, onboarding(tenant, 'advance')];
      },
    },
    {
      what: 'attestations by one nonce', to: 'SDK_CONNECTED', kind: 'SDK_ATTESTED',
      ready: async (on) => {
        const tenant = await newcomer(on, 'API_KEY_CREATED', WIDE_PLAN);
        return [tenant, attestBy(await carrierOf(on, keyOf(tenant)), await newNonce(on, tenant))];
      },
    },
  ];
  for (const { what, ready, to, kind } of STEPS) describe(`six ${what} at once`, () => {
    const six = async (servers?: readonly Registry[]): Promise<readonly [Newcomer, Answer[]]> => {
      const [tenant, ask] = await ready(stage());
      return [tenant, await rush(stage(), Array.from({ length: 6 }, () => ask), servers)];
    };

    test('one takes the step, once, and leaves one piece of evidence; the rule refuses the others', async ({ task }) => {
      await often(15, async () => {
        const [tenant, answers] = await six();
        expect(refusals(answers)).toEqual(Array.from({ length: 5 }, () => 'BI-ONBOARD-002'));
        expect(await storedState(stage(), tenant)).toBe(to);
        expect((await storedEvidence(stage(), tenant)).filter((row) => row.kind === kind)).toHaveLength(1);
      });
      proved(task, 'BI-ONBOARD-002', 'race');
    });

    test('without the locks, the rule lets others through, and only the condition of the update stops them', async () => {
      const servers = stage().fleetOf({ substitute: inTurn(TENANT_TO_CHANGE_WITHOUT_LOCK, STEP_EVIDENCE_WITHOUT_LOCK) });
      const refused: string[] = [];
      await often(20, async () => {
        const [tenant, answers] = await six(servers);
        refused.push(...refusals(answers));
        expect(await storedState(stage(), tenant)).toBe(to);
      });
      expect(refused.some((code) => code === 'NOT_NEXT_STEP' || code === 'EVIDENCE_MISSING')).toBe(true);
    });
  });

  describe('two service keys at once, when the next step is theirs', () => {
    test('the step is taken once, by one of them, and both keys are made', async () => {
      await often(20, async () => {
        const tenant = await newcomer(stage(), 'IDENTITY_VERIFIED', WIDE_PLAN);
        const made = await Promise.all([stage().key(tenant), stage().key(tenant)]);
        expect(await storedState(stage(), tenant)).toBe('API_KEY_CREATED');
        const [row, ...others] = (await storedEvidence(stage(), tenant)).filter(({ kind }) => kind === 'SERVICE_KEY_CREATED');
        expect(others).toEqual([]);
        expect(made.map(({ id }) => id)).toContain(row?.subject);
      });
    });
  });

  /** Past HOC, as a probe that failed, or a server of another release, would do it. */
  describe('disabling the last integration while COMPLETE is being written', () => {
    test('waits until COMPLETE is committed: all four predicates held at that instant', async ({ task }) => {
      const { answer, disabledFirst } = await completeMeanwhile(stage());
      expectOk(answer.result);
      expect(disabledFirst).toBe(false);
      proved(task, 'BI-ONBOARD-001', 'race');
    });

    test('without the locks it does not wait, and COMPLETE stands on an integration that was disabled before', async () => {
      const { answer, disabledFirst } = await completeMeanwhile(stage(), PREDICATES_WITHOUT_LOCK);
      expectOk(answer.result);
      expect(disabledFirst).toBe(true);
    });
  });
}

/** Asks for COMPLETE, and disables the integration on another connection while the handler is at work. */
async function completeMeanwhile(stage: Stage, substitute: Substitute = (definitions) => definitions) {
  const tenant = await newcomer(stage, 'SDK_CONNECTED', WIDE_PLAN);
  let disabling: Promise<unknown> = Promise.resolve();
  let isDisabled = false;
  let disabledFirst = false;
  const meanwhile = withHandler('account_onboarding.write', 'complete', (run) => async (call) => {
    disabling = stage.db.asOwner(`update integrations set status = 'DISABLED' where tenant_id = $1`, [tenant.id]).then(() => {
      isDisabled = true;
    });
    await Promise.race([disabling, sleep(300)]);
    disabledFirst = isDisabled;
    return run(call);
  });
  const answer = await stage.ask(onboarding(tenant, 'complete'), stage.server({ substitute: inTurn(substitute, meanwhile) }));
  await disabling;
  return { answer, disabledFirst };
}
