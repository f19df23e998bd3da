import { beginFor } from './begin.ts';
import { CountedTexts } from './counted-texts.ts';
import type { Database, Session } from './database.ts';
import { classify, type Meaning } from './errors.ts';
import { OpenStatements } from './open-statements.ts';
import type { Sql, TextSql } from './sql.ts';
import { TenantPlaces } from './tenant-places.ts';
import { Transaction, type Outbox } from './transaction.ts';

/** How scopes are built from a place to send statements to. */
export interface Scopes<Write, Read, Decide> {
  write(sql: Sql): Write;
  read(sql: Sql): Read;
  decide(truth: TextSql): Decide;
}

/** Structurally the kernel's port `Storage`. */
export interface UnitOfWork<Write, Read, Decide> {
  begin(tenantId: string): Promise<Transaction<Write>>;
  readonly hasOutbox: true;
  read<Value>(tenantId: string, work: (scope: Read) => Promise<Value>): Promise<Value>;
  readonly decide: Decide;
  moment(): number;
  classify(error: unknown): Meaning;
}

/** How many writes of one tenant a process has open at once, and how long another one waits for them. */
export interface WriteLimits {
  readonly writesAtOnce: number;
  readonly patienceMs: number;
}

/**
 * The writes of a tenant follow each other anyway, by the lock on the end of its audit chain. One that works and one that waits for its lock
 * keep that lock busy; more would wait in line at the database, where each costs the others time and the other tenants a connection.
 */
const USUAL: WriteLimits = { writesAtOnce: 2, patienceMs: 5000 };

/** The transactions of a database, one tenant each, with the scopes that operations get. */
export function createUnitOfWork<Write, Read, Decide>(
  database: Database,
  scopes: Scopes<Write, Read, Decide>,
  outbox: Outbox,
  { writesAtOnce, patienceMs }: WriteLimits = USUAL,
): UnitOfWork<Write, Read, Decide> {
  const places = new TenantPlaces({ places: writesAtOnce, timeoutMs: patienceMs });
  const truth = new CountedTexts(database.truth);
  return {
    begin: async (tenantId) => {
      const leave = await places.take(tenantId);
      try {
        return new Transaction(leaving(await database.session(), leave), tenantId, scopes.write, outbox);
      } catch (error) {
        leave();
        throw error;
      }
    },
    hasOutbox: true,
    read: async (tenantId, work) => readIn(await database.session(), tenantId, (sql) => work(scopes.read(sql))),
    decide: scopes.decide(truth),
    moment: () => truth.sent,
    classify,
  };
}

/** A session whose end is told. */
const leaving = (session: Session, leave: () => void): Session => ({
  settings: session.settings,
  run: (statement, params) => session.run(statement, params),
  control: (text) => session.control(text),
  handedOver: () => session.handedOver(),
  release: (isClean) => {
    session.release(isClean);
    leave();
  },
});

/**
 * One read-only transaction. REPEATABLE READ: all of its statements see one instant, so that a chain and its head, or a list and
 * its totals, agree; a reader takes no locks, so this costs nothing.
 */
async function readIn<Value>(session: Session, tenantId: string, work: (sql: Sql) => Promise<Value>): Promise<Value> {
  const statements = new OpenStatements(session);
  beginFor(statements, tenantId, 'isolation level repeatable read read only').catch(() => {});
  let isClean = false;
  try {
    const value = await work(statements);
    await statements.end('commit');
    isClean = true;
    return value;
  } catch (error) {
    if (!statements.isOver) isClean = await statements.end('rollback').then(() => true, () => false);
    throw error;
  } finally {
    session.release(isClean);
  }
}
