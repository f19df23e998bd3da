import { getConstructionPlans, getMigrationPlans } from 'pg-boss';

/** Where the queue library keeps its tables: beside HOC's, and without a row that anything depends on. */
export const SCHEMA = 'pgboss';

/** What makes the library's tables in an empty schema, as SQL. */
export const wakeUpsPlan = (createSchema = true): string => getConstructionPlans(SCHEMA, { createSchema });

/** Sends a text of one statement, or of several with a transaction of their own, and answers the rows. */
type Exec = (text: string) => Promise<Record<string, unknown>[]>;

/** Does `work` while nobody else brings these tables up to date; a transaction that `work` has left open is ended. */
type InTurn = (work: () => Promise<void>) => Promise<void>;

/**
 * Brings the tables of the queue library up to date, as the owner of HOC's tables. Where the schema is there already, the owner
 * needs no right to make one. The library's texts end the transaction that they are sent in: so the grants have a turn of their own.
 */
export async function installWakeUps(exec: Exec, inTurn: InTurn): Promise<void> {
  await inTurn(() => bringUpToDate(exec));
  await inTurn(async () => {
    await exec(`grant usage on schema ${SCHEMA} to hoc_app`);
    await exec(`grant select, insert, update, delete on all tables in schema ${SCHEMA} to hoc_app`);
    await exec(`grant execute on all functions in schema ${SCHEMA} to hoc_app`);
  });
}

async function bringUpToDate(exec: Exec): Promise<void> {
  const [found] = await exec(`select to_regnamespace('${SCHEMA}') is not null as "hasSchema", to_regclass('${SCHEMA}.version') is not null as "hasTables",
    has_database_privilege(current_database(), 'CREATE') as "mayCreate", current_user as "role"`);
  if (found?.['hasSchema'] !== true && found?.['mayCreate'] !== true) {
    throw new Error(`the role may not make the schema ${SCHEMA}; let the owner of the database run: CREATE SCHEMA ${SCHEMA} AUTHORIZATION ${String(found?.['role'])}`);
  }
  const construction = wakeUpsPlan(found?.['hasSchema'] !== true);
  const ours = Number(/INSERT INTO pgboss\.version\(version\) VALUES \('(\d+)'\)/.exec(construction)?.[1]);
  if (!Number.isInteger(ours)) throw new Error('the queue library does not say which version its tables have');
  if (found?.['hasTables'] === true) {
    const [installed] = await exec(`select version from ${SCHEMA}.version`);
    const version = Number(installed?.['version']);
    if (version > ours) throw new Error('the tables of its queue were made by a newer HOC than this one');
    if (version < ours) await whereWhole(exec, getMigrationPlans(SCHEMA, version));
  } else {
    await whereWhole(exec, construction);
  }
}

/**
 * Sends a text that takes for granted what the library left behind. Where that is damaged, it stays as it is: nothing depends on it,
 * servers then find out by themselves that they cannot use it, and work without.
 */
async function whereWhole(exec: Exec, text: string): Promise<void> {
  try {
    await exec(text);
  } catch {
    await exec('rollback');
  }
}
