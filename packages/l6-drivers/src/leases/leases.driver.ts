import { leases, type Lease } from '@hoc/l7-models/leases.tables';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const GET: Statement = { name: 'leases.get', text: `select ${columns(leases)} from leases where name = $1` };
const TAKE: Statement = {
  name: 'leases.take',
  text: `insert into leases as lease (name, holder, expires_at) values ($1, $2, $4)
    on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
      where lease.holder = excluded.holder or lease.expires_at <= $3
    returning lease.name`,
};
const LET_GO: Statement = { name: 'leases.let_go', text: 'update leases set expires_at = $3 where name = $1 and holder = $2 and expires_at > $3' };

export class LeaseReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The last one of that name, expired or not. */
  async get(name: string): Promise<Lease | null> {
    const [row] = await this.#sql.run<Lease>(GET, [name]);
    return row ?? null;
  }
}

/** One holder of a name at a time, as far as the clocks of the holders agree: what it guards must bear being done twice. */
export class LeaseWriter extends LeaseReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** Whether the name is the holder's until `expiresAt`: it was free, had expired by `now`, or was the holder's already. */
  async take({ name, holder, expiresAt }: Lease, now: Date): Promise<boolean> {
    const rows = await this.#sql.run(TAKE, [name, holder, now, expiresAt]);
    return rows.length === 1;
  }

  /** Gives the name free at once, where it is the holder's. */
  async letGo(name: string, holder: string, now: Date): Promise<void> {
    await this.#sql.run(LET_GO, [name, holder, now]);
  }
}
