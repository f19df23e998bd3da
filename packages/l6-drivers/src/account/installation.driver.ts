import { installation, type Installation } from '@hoc/l7-models/account.tables';
import { columns } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const GET: Statement = { name: 'installation.get', text: `select ${columns(installation)} from installation where id = 'installation'` };
const OPEN: Statement = {
  name: 'installation.open',
  text: `insert into installation (id, kek_checks, pepper_checks, created_at) values ('installation', '{}', '{}', $1) on conflict (id) do nothing`,
};
const LOCK: Statement = { name: 'installation.lock', text: `${GET.text} for update` };
const SAVE: Statement = { name: 'installation.save', text: `update installation set kek_checks = $1, pepper_checks = $2 where id = 'installation'` };

const CENSUS: Statement = { name: 'installation.pepper_census', text: 'select pepper_id as "pepperId", keys, tokens from hoc_pepper_census($1)' };

/** How many tokens in use are stored under a pepper: of keys, and of operators and services. */
export interface PepperUse {
  readonly pepperId: string;
  readonly keys: number;
  readonly tokens: number;
}

/** What the key files of this installation must be able to produce. */
export type InstallationChecks = Pick<Installation, 'kekChecks' | 'pepperChecks'>;

export class InstallationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Null before the first start has finished. */
  async get(): Promise<Installation | null> {
    const [row] = await this.#sql.run<Installation>(GET, []);
    return row ?? null;
  }

  /** Of the peppers that tokens in use are stored under at `now`, over all tenants; it reads every key, so it is nothing to ask on every request. */
  pepperCensus(now: Date): Promise<PepperUse[]> {
    return this.#sql.run<PepperUse>(CENSUS, [now]);
  }
}

export class InstallationWriter extends InstallationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The one row, made where it is missing, which only this transaction may change until its end: first starts go one by one. */
  async lock(now: Date): Promise<Installation> {
    const opened = this.#sql.run(OPEN, [now]);
    const [[row]] = await Promise.all([this.#sql.run<Installation>(LOCK, []), opened]);
    if (row === undefined) throw new Error('the row of the installation is missing after it was made');
    return row;
  }

  async save({ kekChecks, pepperChecks }: InstallationChecks): Promise<void> {
    await this.#sql.run(SAVE, [json(kekChecks), json(pepperChecks)]);
  }
}
