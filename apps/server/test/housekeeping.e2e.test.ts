import { setTimeout as sleep } from 'node:timers/promises';
import { createComposed, expectOk, type Composed } from '@hoc/testbed/composed';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Housekeeper, type HousekeeperOptions } from '../src/housekeeping/housekeeper.ts';

describe.each(BACKENDS)('an installation is looked after, on %s', (backend) => {
  let composed: Composed;
  let logged: { readonly said: string; readonly made?: readonly string[]; readonly dropped?: readonly string[]; readonly pruned?: number }[];
  const running: Housekeeper[] = [];

  beforeEach(async () => {
    logged = [];
    composed = await createComposed(backend);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((housekeeper) => housekeeper.stop()));
    await composed.close();
  });

  const housekeeper = (options: Partial<HousekeeperOptions> = {}): Housekeeper => {
    const log = (what: unknown, said?: string): void => void logged.push({ ...(typeof what === 'object' ? what : {}), said: said ?? '' });
    const made = new Housekeeper({ database: composed.db.database, keepMonths: 13, everyMs: 3_600_000, log: { info: log, warn: log }, ...options });
    running.push(made);
    return made;
  };
  /** One look, as it is done at a start, and the end of that server. */
  const look = async (options?: Partial<HousekeeperOptions>): Promise<void> => {
    const one = housekeeper(options);
    one.start();
    await one.stop();
  };
  /** Sets the clock of meters and usage, as the owner of the tables. */
  const setClock = async (at: string): Promise<void> => {
    await composed.db.asOwner(`create or replace function hoc_meter_clock() returns bigint language sql volatile as $$ select ${Date.parse(at)}::bigint $$`);
  };
  const months = async (): Promise<readonly string[]> =>
    (await composed.db.asOwner<{ name: string }>(`select child.relname as name from pg_inherits join pg_class as child on child.oid = inhrelid where inhparent = 'usage_hours'::regclass order by 1`)).map(({ name }) => name.replace('usage_hours_', ''));
  const plant = async (hour: string, count: number): Promise<void> => {
    await composed.db.asOwner(`insert into usage_hours (tenant_id, key_id, hour, verdict, count) values ('tnt_1', 'key_1', $1, 'VALID', $2)`, [hour, count]);
  };
  const planted = async (): Promise<readonly number[]> =>
    (await composed.db.asOwner<{ count: number }>('select count::int as count from usage_hours order by hour')).map(({ count }) => count);
  const until = async (holds: () => boolean): Promise<void> => {
    for (const end = Date.now() + 20_000; !holds() && Date.now() < end; ) await sleep(20);
    expect(holds()).toBe(true);
  };

  test('each month of usage has a place two months ahead, and is dropped as a whole when it is not kept any more; the others stay as they are', async () => {
    await setClock('2026-11-15T12:00:00Z');
    // Before there are months: these wait in the one place for all, and go to their own.
    await plant('2026-11-01T00:00:00Z', 1);
    await plant('2026-12-31T23:00:00Z', 2);
    await look();
    expect(logged).toEqual([{ said: 'the months of usage were brought up to date', made: ['usage_hours_2026_11', 'usage_hours_2026_12', 'usage_hours_2027_01'], dropped: [] }]);
    expect(await months()).toEqual(['2026_11', '2026_12', '2027_01', 'rest']);
    expect(await composed.db.asOwner('select * from usage_hours_rest')).toEqual([]);

    // 13 months, the present one included: the last second in which November is kept, and the first in which it is not.
    await plant('2027-01-01T00:00:00Z', 3);
    for (const at of ['2027-02-01T00:00:00Z', '2027-06-01T00:00:00Z', '2027-11-30T23:59:59.999Z']) {
      await setClock(at);
      await look();
    }
    expect(await planted()).toEqual([1, 2, 3]);
    await setClock('2027-12-01T00:00:00Z');
    await look();
    expect(logged.at(-1)).toMatchObject({ dropped: ['usage_hours_2026_11'] });
    expect(await planted()).toEqual([2, 3]);
    // Whoever keeps fewer lets go of more.
    await look({ keepMonths: 12 });
    expect(logged.at(-1)).toMatchObject({ made: [], dropped: ['usage_hours_2026_12'] });
    expect(await planted()).toEqual([3]);
    expect(logged.filter(({ said }) => said !== 'the months of usage were brought up to date')).toEqual([]);
  });

  test('usage that is told stays the same when its month gets a place, and is gone when its month is', async () => {
    const tenant = await newTenant();
    const counted = async (): Promise<number> => {
      const { items } = expectOk<{ items: readonly { counts: { VALID?: number } }[] }>(
        await composed.registry.execute('usage.query', { method: 'tenant', principal: composed.operator, tenantId: tenant, input: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' } }),
      );
      return items.reduce((sum, { counts }) => sum + (counts.VALID ?? 0), 0);
    };
    await composed.db.asOwner(`insert into usage_hours (tenant_id, key_id, hour, verdict, count) values ($1, 'key_1', '2026-03-31T23:00:00Z', 'VALID', 7)`, [tenant]);
    expect(await counted()).toBe(7);
    await setClock('2026-03-31T23:59:00Z');
    await look();
    expect([await counted(), await months()]).toEqual([7, ['2026_03', '2026_04', '2026_05', 'rest']]);
    await setClock('2027-04-01T00:00:00Z');
    await look();
    expect(await counted()).toBe(0);
  });

  test('of several servers one looks, and another one goes on when it has stopped', async () => {
    const [one, two, three] = [housekeeper({ everyMs: 500 }), housekeeper({ everyMs: 500 }), housekeeper({ everyMs: 500 })];
    await setClock('2026-11-15T12:00:00Z');
    one.start();
    await until(() => logged.length === 1);
    for (const other of [two, three]) other.start();
    await sleep(1200);
    // They had their turns; all that there was to make was made by the first.
    expect(logged).toHaveLength(1);
    expect((await composed.db.asOwner<{ holders: number }>(`select count(distinct holder)::int as holders from leases where name = 'housekeeping'`))).toEqual([{ holders: 1 }]);
    await one.stop();
    await setClock('2026-12-15T12:00:00Z');
    await until(() => logged.length === 2);
    expect(logged[1]).toMatchObject({ made: ['usage_hours_2027_02'], dropped: [] });
  });

  test('a look that finds no place for a month is told, and the next one goes on; meters are looked after all the same', async () => {
    await composed.db.asOwner('alter function hoc_keep_usage(integer, integer) rename to hoc_keep_usage_elsewhere');
    await composed.db.asOwner(`insert into rate_windows (tenant_id, meter, at, expires, sums) values ('tnt_1', 'KEY:SLIDING:1000:a:key_1', 0, '{}', '{}')`);
    housekeeper({ everyMs: 300 }).start();
    await until(() => logged.some(({ said }) => said.startsWith('the months of usage could not')) && logged.some(({ pruned }) => pruned === 1));
    expect(await composed.db.asOwner('select * from rate_windows')).toEqual([]);
    await composed.db.asOwner('alter function hoc_keep_usage_elsewhere(integer, integer) rename to hoc_keep_usage');
    await until(() => logged.some(({ made }) => made !== undefined && made.length === 3));
  });

  const newTenant = async (): Promise<string> => {
    const byOperator = async (address: string, method: string, input: unknown, tenantId?: string): Promise<string> =>
      expectOk<{ id: string }>(await composed.registry.execute(address, { method, principal: composed.operator, input, tenantId })).id;
    const organizationId = await byOperator('account.write', 'create_organization', { name: 'Acme' });
    return byOperator('account.write', 'create_tenant', { organizationId, name: 'Acme', plan: 'PRO', contactEmail: 'ops@acme.example' });
  };
});
