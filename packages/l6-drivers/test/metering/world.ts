import type { TestDatabase } from '@hoc/testbed/databases';
import { expect } from 'vitest';
import { endLeases } from '../../src/metering/lease-ends.ts';
import type { Meter, Taking } from '../../src/metering/meter.ts';
import { takeAll } from '../../src/metering/take.ts';
import { keyRow } from '../rows.ts';
import { makeTenant, storeOf, write } from '../store.ts';
import { setClockOf, type SetClock } from './clock.ts';
import { Model } from './model.ts';
import { Random } from './random.ts';
import { creditsOf, slotsOf, takingOf, windowOf } from './takings.ts';

const ROUNDS = 250;
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 30, 23, 59, 50);
const KEYS = ['key_1', 'key_2'] as const;

/** Windows whose ticks are a millisecond, more, and more than one in the last window; and both algorithms over one length. */
const WINDOWS: readonly [Meter, ...Meter[]] = [
  windowOf(1, 100), windowOf(3, 1000, { name: 'burst' }), windowOf(128, 1000, { name: 'edge' }), windowOf(129, 1000, { name: 'ticks' }),
  windowOf(1000, 60_000, { scope: 'OWNER', scopeId: 'a:b"c\\d{e},ü' }), windowOf(500, 130, { scope: 'TENANT', scopeId: 'tnt_1' }),
  windowOf(5, 1000, { kind: 'FIXED' }), windowOf(300, 7777, { kind: 'FIXED', name: 'odd' }), windowOf(2, 2_678_400_000, { name: 'month' }),
];
/** By which credits are asked for: the keys of a rotation share them, and each may have a refill of its own. */
const REFILLS: readonly [Meter['refill'], ...Meter['refill'][]] = [null, { amount: 30, interval: 'DAILY' }, { amount: 40, interval: 'MONTHLY' }];

/** A tenant with two keys, and a clock that is set by hand. */
export async function prepareWorld(database: TestDatabase): Promise<SetClock> {
  const clock = await setClockOf(database, START);
  const store = storeOf(database.database);
  const { id } = await makeTenant(store, 1);
  await write(store, id, async ({ keys }) => {
    for (const n of [1, 2]) await keys.insert(keyRow(id, n));
  });
  return clock;
}

/** Meters and their model, which have met the same. */
export class World {
  readonly model: Model = new Model();
  readonly random: Random = new Random();
  readonly #database: TestDatabase;
  readonly #clock: SetClock;
  #nowMs = START;
  #leases = 0;

  private constructor(database: TestDatabase, clock: SetClock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** A world in which nothing has been taken yet; says its seed. */
  static async begin(database: TestDatabase, clock: SetClock): Promise<World> {
    for (const table of ['rate_windows', 'key_credits', 'key_slots', 'key_leases']) await database.asOwner(`delete from ${table}`);
    const world = new World(database, clock);
    process.stdout.write(`meters on ${database.backend}: METER_SEED=${world.random.seed}\n`);
    for (const keyId of KEYS) {
      await database.asOwner(`insert into key_credits values ('tnt_1', $1, 25, $2)`, [keyId, new Date(START).toISOString().slice(0, 10)]);
      world.model.setCredits('tnt_1', keyId, 25, START);
    }
    return world;
  }

  /** Goes on for some rounds, and fails where the database does not decide what the model does, or stores something else. */
  async agrees(canStepBack: boolean): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      await this.#moveClock(canStepBack);
      await (this.random.chance(0.15) ? this.#endLease(round) : this.#take(round));
    }
    const credits = await this.#database.asOwner<{ key: string; remaining: string }>('select meter_id as key, remaining::text from key_credits order by 1');
    expect(credits.map(({ key, remaining }) => [key, Number(remaining)])).toStrictEqual(KEYS.map((key) => [key, this.model.remaining('tnt_1', key)]));
    const [slots] = await this.#database.asOwner<{ wrong: number }>(
      `select count(*)::int as wrong from key_slots as k where held <> (select count(*) from key_leases as l where l.tenant_id = k.tenant_id and l.meter_id = k.meter_id)`,
    );
    expect(slots?.wrong).toBe(0);
  }

  async #take(round: number): Promise<void> {
    const takings = Array.from({ length: 1 + this.random.below(8) }, () => this.#taking());
    const expected = this.model.takeAll(takings, this.#nowMs);
    expect({ round, taken: await takeAll(this.#database.database.meters, takings) }).toStrictEqual({ round, taken: expected });
  }

  async #endLease(round: number): Promise<void> {
    const { random, model } = this;
    const nowMs = this.#nowMs;
    const end = { tenantId: 'tnt_1', keyId: random.pick(KEYS), leaseId: `lse_${1 + random.below(this.#leases + 1)}`, seconds: random.chance(0.5) ? null : 1 + random.below(4) };
    const meterId = KEYS.find((key) => model.leasesOf('tnt_1', key).includes(end.leaseId)) ?? 'key_1';
    const expected = end.seconds === null ? (model.release('tnt_1', meterId, end.keyId, end.leaseId, nowMs) ? nowMs : null) : model.renew('tnt_1', meterId, end.keyId, end.leaseId, end.seconds, nowMs);
    const [ended] = await endLeases(this.#database.database.meters, [end]);
    expect({ round, end: ended?.getTime() ?? null }).toStrictEqual({ round, end: expected });
  }

  /** Mostly forward: not at all, a little, to just before, on or after midnight or where something stops counting; sometimes back. */
  async #moveClock(canStepBack: boolean): Promise<void> {
    const { random, model } = this;
    const ahead = model.edges.filter((edge) => edge > this.#nowMs);
    const nearest = ahead.length === 0 ? this.#nowMs : random.chance(0.7) ? Math.min(...ahead) : random.pick(ahead as [number, ...number[]]); // `as`: it is not empty
    if (canStepBack && random.chance(0.06)) this.#nowMs -= random.pick([1, 7, 100, 1500, 90_000, 40 * 86_400_000]);
    else if (random.chance(0.1)) this.#nowMs = Math.max(this.#nowMs, (Math.floor(this.#nowMs / DAY_MS) + 1) * DAY_MS - 1 + random.below(3));
    else if (random.chance(0.5)) this.#nowMs = Math.max(this.#nowMs, nearest - 1 + random.below(3));
    else this.#nowMs += random.pick([0, 1, 2, 9, 50, 333, 1000, random.below(5000), random.chance(0.1) ? 5 * 3_600_000 : 3]);
    await this.#clock.set(this.#nowMs);
  }

  #taking(): Taking {
    const { random } = this;
    const keyId = random.pick(KEYS);
    const windows = WINDOWS.filter(() => random.chance(0.25)).map((meter) => ({ ...meter, limit: random.chance(0.05) ? Math.ceil(meter.limit / 2) : meter.limit }));
    const hasLease = random.chance(0.2);
    const meters = [
      ...windows, ...(random.chance(0.3) ? [creditsOf(keyId, random.pick(REFILLS))] : []),
      ...(hasLease ? [slotsOf(keyId, 3)] : []),
    ];
    const cost = random.pick([0, 1, 1, 1, 1, 2, 5, 60, 129, 1001]);
    return takingOf(meters, { keyId, cost, lease: hasLease ? { id: `lse_${(this.#leases += 1)}`, seconds: 1 + random.below(3) } : null });
  }
}
