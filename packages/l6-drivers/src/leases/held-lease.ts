import { PLATFORM } from '@hoc/l7-models/platform';
import type { Database } from '../database/database.ts';
import { inOwnTransaction } from '../database/own-transaction.ts';
import { LeaseWriter } from './leases.driver.ts';

/** Which name, whose, and for how long at a time. */
export interface LeaseTerms {
  readonly name: string;
  readonly holder: string;
  readonly forMs: number;
}

/** A name that one server holds at a time, as far as the clocks of the servers agree: what it guards must bear being done twice. */
export class HeldLease {
  readonly #database: Database;
  readonly #terms: LeaseTerms;

  constructor(database: Database, terms: LeaseTerms) {
    this.#database = database;
    this.#terms = terms;
  }

  /** Whether the name is this holder's from now on: it was free, had run out, or was this holder's already and is its own for longer. */
  take(now: Date): Promise<boolean> {
    const { name, holder, forMs } = this.#terms;
    const lease = { name, holder, expiresAt: new Date(now.getTime() + forMs) };
    return inOwnTransaction(this.#database, PLATFORM, (sql) => new LeaseWriter(sql).take(lease, now));
  }

  /** Gives the name free at once, where it is this holder's. */
  letGo(now: Date): Promise<void> {
    const { name, holder } = this.#terms;
    return inOwnTransaction(this.#database, PLATFORM, (sql) => new LeaseWriter(sql).letGo(name, holder, now));
  }
}
