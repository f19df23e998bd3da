import { describe, expect, test } from 'vitest';
import type { RuleId } from './domain-rules.ts';
import { rotated } from './key-states.ts';
import { proved } from './proved.ts';
import { countBetween, countOnEnded, race, refusals, rush, summary, type Race, type Scene } from './race.ts';
import {
  archiveProject, byAdmin, createKey, handMade, onKey, resume, rotateKey, suspend, undoRotation, type Ask, type Cast, type Registry, type Stage,
} from './stage.ts';
import type { Substitute } from './substitutes.ts';
import { terminateAgainstCreate } from './termination.races.ts';
import { KEY_COUNT_WITHOUT_LOCK, KEY_WITHOUT_LOCK, PROJECT_OF_ROTATED_KEY_WITHOUT_LOCK, PROJECT_WITHOUT_LOCK, TENANT_WITHOUT_LOCK } from './unlocked.ts';

interface MeetingOfWrites {
  readonly name: string;
  /** The rule that refuses the guarded write where it comes second, and no other does. */
  readonly rule: RuleId;
  readonly rounds: number;
  readonly race: Race;
  /** What the rounds leave. */
  readonly leaves: string;
  /** The lock that sees to it, and the definitions without. */
  readonly lock?: string;
  readonly without?: Substitute;
}

const againstSuspend = (method: string, ready: (stage: Stage, tenant: Cast) => Promise<string>, guarded: (tenant: Cast, id: string) => Ask): MeetingOfWrites => ({
  name: `suspend against ${method}`, rule: 'BI-APIKEY-001', rounds: 120, leaves: `no ${method} after the suspension`,
  race: {
    begin: async (stage, tenant) => {
      await stage.ask(resume(stage, tenant));
      return { tenant, id: await ready(stage, tenant) };
    },
    guarded: ({ tenant, id }) => guarded(tenant, id),
    breaking: ({ tenant }, stage) => suspend(stage, tenant),
    countLate: countBetween(method, 'suspend_tenant', 'resume_tenant'),
  },
});

const managerOf = (stage: Stage, tenant: Cast) => stage.key(tenant, { permissions: ['hoc:keys.create'] });

/** Where what ends is another thing than the key that the guarded write is about. */
interface SceneOfKey extends Scene {
  readonly keyId: string;
}

const againstRevokedManager = (method: string, done: string, guarded: (tenant: Cast, keyId: string) => Ask): MeetingOfWrites => ({
  name: `revoking a manager against its ${method} of a key`, rule: 'BI-APIKEY-003', rounds: 120, leaves: `no key that was ${done} after its manager was revoked`,
  lock: 'counters', without: KEY_WITHOUT_LOCK,
  race: {
    begin: async (stage, tenant) => ({ tenant, id: (await managerOf(stage, tenant)).id, keyId: (await stage.key(tenant)).id }),
    guarded: ({ tenant, id, keyId }) => guarded({ ...tenant, admin: handMade(tenant.id, id) }, keyId),
    breaking: ({ tenant, id }) => onKey(tenant, 'revoke', id),
    countLate: countOnEnded(method, 'revoke', ({ actorId }) => actorId),
  } satisfies Race<SceneOfKey>,
});

const archiveAgainstRotate: Race<SceneOfKey> = {
  begin: async (stage, tenant) => {
    const id = await stage.project(tenant);
    return { tenant, id, keyId: (await stage.key(tenant, { projectId: id })).id };
  },
  guarded: ({ tenant, keyId }) => rotateKey(tenant, keyId),
  breaking: ({ tenant, id }) => archiveProject(tenant, id),
  countLate: countOnEnded('rotate', 'archive_project', ({ projectId }) => projectId),
};

/** Keys against whatever ends what they stand on: the rule holds under its lock, and the harness sees it break without. */
const RACES: readonly MeetingOfWrites[] = [
  {
    name: 'suspend against create', rule: 'BI-APIKEY-001', rounds: 1000, leaves: 'no key that was created after the suspension', lock: 'tenant', without: TENANT_WITHOUT_LOCK,
    race: {
      begin: async (stage, tenant) => {
        // In the first round there is nothing to resume.
        await stage.ask(resume(stage, tenant));
        return { tenant, id: '' };
      },
      guarded: ({ tenant }) => createKey(tenant),
      breaking: ({ tenant }, stage) => suspend(stage, tenant),
      countLate: countBetween('create', 'suspend_tenant', 'resume_tenant'),
    },
  },
  // The other ways to life stand on the same fact under the same lock.
  againstSuspend('rotate', async (stage, tenant) => (await stage.key(tenant)).id, rotateKey),
  againstSuspend('undo_rotation', async (stage, tenant) => (await rotated(stage, tenant, (await stage.key(tenant)).id)).id, undoRotation),
  againstSuspend(
    'unfreeze',
    async (stage, tenant) => {
      const { id } = await stage.key(tenant);
      await stage.do(onKey(tenant, 'freeze', id));
      return id;
    },
    (tenant, id) => onKey(tenant, 'unfreeze', id),
  ),
  {
    name: 'terminate against create', rule: 'BI-APIKEY-001', rounds: 120, leaves: 'no key that was created after the termination', lock: 'tenant', without: TENANT_WITHOUT_LOCK,
    race: terminateAgainstCreate,
  },
  {
    name: 'archiving a project against a key in it', rule: 'BI-APIKEY-005', rounds: 300, leaves: 'no key that was created after the archiving',
    lock: 'project', without: PROJECT_WITHOUT_LOCK,
    race: {
      begin: async (stage, tenant) => ({ tenant, id: await stage.project(tenant) }),
      guarded: ({ tenant, id }) => createKey(tenant, { projectId: id }),
      breaking: ({ tenant, id }) => archiveProject(tenant, id),
      countLate: countOnEnded('create', 'archive_project', ({ projectId }) => projectId),
    },
  },
  {
    name: 'archiving a project against the rotation of a key in it', rule: 'BI-APIKEY-005', rounds: 120, leaves: 'no key that was rotated after the archiving',
    lock: 'project', without: PROJECT_OF_ROTATED_KEY_WITHOUT_LOCK,
    race: archiveAgainstRotate,
  },
  {
    // The grantor is read without a lock of its own; what keeps it is the counter, which whoever changes a key locks too.
    name: 'revoking a manager against a key that it makes', rule: 'BI-APIKEY-003', rounds: 300, leaves: 'no key that was made after its maker was revoked',
    lock: 'counter', without: KEY_COUNT_WITHOUT_LOCK,
    race: {
      begin: async (stage, tenant) => ({ tenant, id: (await managerOf(stage, tenant)).id }),
      guarded: ({ tenant, id }) => createKey({ admin: handMade(tenant.id, id) }),
      breaking: ({ tenant, id }) => onKey(tenant, 'revoke', id),
      countLate: countOnEnded('create', 'revoke', ({ actorId }) => actorId),
    },
  },
  againstRevokedManager('rotate', 'rotated', (tenant, id) => rotateKey(tenant, id)),
  againstRevokedManager('update', 'updated', (tenant, keyId) => byAdmin(tenant, 'api_keys.write', 'update', { keyId, version: 1, permissions: ['docs:read', 'docs:write'] })),
];

export function keyRaces(stage: () => Stage): void {
  for (const { name, rule, rounds, race: meeting, leaves, without, lock } of RACES) {
    describe(`the race of ${name}`, () => {
      test(`${rounds} rounds leave ${leaves}`, async ({ annotate, task }) => {
        const report = await race(stage(), stage().composed.registry, meeting, { rounds });
        await annotate(summary(report));
        expect(report).toMatchObject({ rounds, broken: rounds, late: 0, deniedBy: [rule], others: [] });
        // They did meet, and sometimes the one came first, sometimes the other.
        expect(report.committed).toBeGreaterThan(rounds / 20);
        expect(report.denied).toBeGreaterThan(rounds / 20);
        proved(task, rule, 'race');
      });

      if (without === undefined) return;
      test(`without the lock on the ${lock} the same harness finds some`, async ({ annotate }) => {
        const report = await race(stage(), stage().server({ substitute: without }), meeting, { rounds: 1000, enough: 5 });
        await annotate(summary(report));
        expect(report.late).toBeGreaterThan(0);
      });
    });
  }

  describe('thirty creates at once, on a plan of five service keys', () => {
    test('make exactly five keys', async ({ task }) => {
      for (let times = 0; times < 8; times += 1) {
        const { made, refused, live, counter } = await thirtyCreates(stage(), await stage().tenant());
        expect({ made, live, counter }).toEqual({ made: 5, live: 5, counter: 5 });
        expect(refused).toEqual(Array.from({ length: 25 }, () => 'BI-APIKEY-002'));
      }
      proved(task, 'BI-APIKEY-002', 'race');
    });

    test('make exactly five keys where five expired ones are still in the counter', async () => {
      const tenant = await stage().tenant();
      for (let key = 0; key < 5; key += 1) await stage().key(tenant);
      await stage().db.asOwner(`update api_keys set expires_at = created_at where tenant_id = $1 and kind = 'SERVICE'`, [tenant.id]);
      const { made, live, counter } = await thirtyCreates(stage(), tenant);
      expect({ made, live, counter }).toEqual({ made: 5, live: 5, counter: 5 });
    });

    test('make more without the lock on the counter', async ({ annotate }) => {
      const servers = stage().fleetOf({ substitute: KEY_COUNT_WITHOUT_LOCK });
      let most = 0;
      // On a busy machine each may have ended before the next one is had.
      for (let times = 0; times < 20 && most <= 5; times += 1) {
        const { live = 0 } = await thirtyCreates(stage(), await stage().tenant(), servers);
        most = Math.max(most, live);
      }
      await annotate(`${most} live service keys on a plan of 5`);
      expect(most).toBeGreaterThan(5);
    });
  });
}

async function thirtyCreates(stage: Stage, tenant: Cast, servers?: readonly Registry[]) {
  const answers = await rush(stage, Array.from({ length: 30 }, () => createKey(tenant)), servers);
  const refused = refusals(answers);
  const [rows] = await stage.db.asOwner<{ live: number; counter: number }>(
    `select (select count(*)::int from api_keys where tenant_id = $1 and kind = 'SERVICE' and status <> 'REVOKED' and (expires_at is null or expires_at > now())) as "live",
      (select value from tenant_counters where tenant_id = $1 and counter = 'LIVE_SERVICE_KEYS') as "counter"`,
    [tenant.id],
  );
  return { made: answers.length - refused.length, refused, live: rows?.live, counter: rows?.counter };
}
