import { expectDenied } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { rotated } from './key-states.ts';
import { countBetween, countOnEnded, race, rush, summary, type Race } from './race.ts';
import {
  archiveProject, createKey, handMade, onKey, onTenant, resume, rotateKey, SERVICE_KEY, suspend, undoRotation, WIDE_PLAN,
  type Ask, type Cast, type Registry, type Stage,
} from './stage.ts';
import type { Substitute } from './substitutes.ts';
import { KEY_COUNT_WITHOUT_LOCK, PROJECT_WITHOUT_LOCK, TENANT_WITHOUT_LOCK } from './unlocked.ts';

interface MeetingOfWrites {
  readonly name: string;
  readonly rounds: number;
  readonly race: Race;
  /** What the rounds leave. */
  readonly leaves: string;
  /** The lock that sees to it, and the definitions without. */
  readonly lock?: string;
  readonly without?: Substitute;
}

const againstSuspend = (method: string, ready: (stage: Stage, tenant: Cast) => Promise<string>, guarded: (tenant: Cast, id: string) => Ask): MeetingOfWrites => ({
  name: `suspend against ${method}`, rounds: 120, leaves: `no ${method} after the suspension`,
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

/** Keys against whatever ends what they stand on: the rule holds under its lock, and the harness sees it break without. */
const RACES: readonly MeetingOfWrites[] = [
  {
    name: 'suspend against create', rounds: 1000, leaves: 'no key that was created after the suspension', lock: 'tenant', without: TENANT_WITHOUT_LOCK,
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
    name: 'terminate against create', rounds: 120, leaves: 'no key that was created after the termination', lock: 'tenant', without: TENANT_WITHOUT_LOCK,
    race: {
      begin: async (stage) => ({ tenant: await stage.tenant({ plan: WIDE_PLAN }), id: '' }),
      // An operator's key: of the tenant's own, BI-APIKEY-003 sees that the key which makes it was revoked with the others.
      guarded: ({ tenant }, stage) => stage.byOperator('api_keys.write', 'create', SERVICE_KEY, tenant.id),
      breaking: ({ tenant }, stage) => onTenant(stage, 'terminate_tenant', tenant),
      countLate: countBetween('create', 'terminate_tenant', null),
    },
  },
  {
    name: 'archiving a project against a key in it', rounds: 300, leaves: 'no key that was created after the archiving', lock: 'project', without: PROJECT_WITHOUT_LOCK,
    race: {
      begin: async (stage, tenant) => ({ tenant, id: await stage.project(tenant) }),
      guarded: ({ tenant, id }) => createKey(tenant, { projectId: id }),
      breaking: ({ tenant, id }) => archiveProject(tenant, id),
      countLate: countOnEnded('create', 'archive_project', ({ projectId }) => projectId),
    },
  },
  {
    // The grantor is read without a lock of its own; what keeps it is the counter, which whoever changes a key locks too.
    name: 'revoking a manager against a key that it makes', rounds: 300, leaves: 'no key that was made after its maker was revoked', lock: 'counter',
    without: KEY_COUNT_WITHOUT_LOCK,
    race: {
      begin: async (stage, tenant) => ({ tenant, id: (await stage.key(tenant, { permissions: ['hoc:keys.create'] })).id }),
      guarded: ({ tenant, id }) => createKey({ admin: handMade(tenant.id, id) }),
      breaking: ({ tenant, id }) => onKey(tenant, 'revoke', id),
      countLate: countOnEnded('create', 'revoke', ({ actorId }) => actorId),
    },
  },
];

export function keyRaces(stage: () => Stage): void {
  describe.each(RACES)('$name', ({ rounds, race: meeting, leaves, without, lock }) => {
    test(`${rounds} rounds leave ${leaves}`, async ({ annotate }) => {
      const report = await race(stage(), stage().composed.registry, meeting, { rounds });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds, late: 0, others: [] });
      // They did meet, and sometimes the one came first, sometimes the other.
      expect(report.committed).toBeGreaterThan(rounds / 20);
      expect(report.denied).toBeGreaterThan(rounds / 20);
      expect(await endedTenantsWithLiveKeys(stage(), report.tenants)).toEqual([]);
    });

    if (without === undefined) return;
    test(`without the lock on the ${lock} the same harness finds some`, async ({ annotate }) => {
      const report = await race(stage(), stage().server({ substitute: without }), meeting, { rounds: 1000, enough: 5 });
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });

  describe('thirty creates at once, on a plan of five service keys', () => {
    test('make exactly five keys', async () => {
      for (let times = 0; times < 8; times += 1) {
        const { made, refused, live, counter } = await thirtyCreates(stage(), await stage().tenant());
        expect({ made, live, counter }).toEqual({ made: 5, live: 5, counter: 5 });
        expect(refused).toEqual(Array.from({ length: 25 }, () => 'BI-APIKEY-002'));
      }
    });

    test('make exactly five keys where five expired ones are still in the counter', async () => {
      const tenant = await stage().tenant();
      for (let key = 0; key < 5; key += 1) await stage().key(tenant);
      await stage().db.asOwner(`update api_keys set expires_at = created_at where tenant_id = $1 and kind = 'SERVICE'`, [tenant.id]);
      const { made, live, counter } = await thirtyCreates(stage(), tenant);
      expect({ made, live, counter }).toEqual({ made: 5, live: 5, counter: 5 });
    });

    test('make more without the lock on the counter', async ({ annotate }) => {
      const registry = stage().server({ substitute: KEY_COUNT_WITHOUT_LOCK });
      const { live } = await thirtyCreates(stage(), await stage().tenant(), registry);
      await annotate(`${live} live service keys on a plan of 5`);
      expect(live).toBeGreaterThan(5);
    });
  });
}

async function thirtyCreates(stage: Stage, tenant: Cast, registry?: Registry) {
  const answers = await rush(stage, Array.from({ length: 30 }, () => createKey(tenant)), registry);
  const refused = answers.filter(({ result }) => !result.ok).map(({ result }) => expectDenied(result).violations?.map(({ invariantId }) => invariantId).join());
  const [rows] = await stage.db.asOwner<{ live: number; counter: number }>(
    `select (select count(*)::int from api_keys where tenant_id = $1 and kind = 'SERVICE' and status <> 'REVOKED' and (expires_at is null or expires_at > now())) as "live",
      (select value from tenant_counters where tenant_id = $1 and counter = 'LIVE_SERVICE_KEYS') as "counter"`,
    [tenant.id],
  );
  return { made: answers.length - refused.length, refused, live: rows?.live, counter: rows?.counter };
}

const endedTenantsWithLiveKeys = (stage: Stage, tenants: readonly string[]): Promise<object[]> =>
  stage.db.asOwner(
    `select key.id from api_keys as key join tenants as tenant using (tenant_id)
      where tenant.tenant_id = any($1) and tenant.status = 'TERMINATED' and key.status <> 'REVOKED'`,
    [tenants],
  );
