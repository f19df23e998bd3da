import type { TestDatabase } from '@hoc/testbed/databases';

/** A clock of meters that a test sets. */
export interface SetClock {
  set(ms: number): Promise<void>;
}

/** Puts a clock that is set by hand in the place of the database's. */
export async function setClockOf(database: TestDatabase, ms: number): Promise<SetClock> {
  await database.asOwner('create table test_clock (ms bigint not null)');
  await database.asOwner('grant select on test_clock to hoc_app');
  await database.asOwner('insert into test_clock values ($1)', [ms]);
  await database.asOwner(`create or replace function hoc_meter_clock() returns bigint language sql volatile as 'select ms from public.test_clock'`);
  return {
    set: async (next) => {
      await database.asOwner('update test_clock set ms = $1', [next]);
    },
  };
}
