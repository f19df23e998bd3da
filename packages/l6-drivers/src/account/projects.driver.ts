import { projects, type Project } from '@hoc/l7-models/account.tables';
import type { ProjectStatus } from '@hoc/l7-models/enums';
import { columns, insertInto } from '../database/columns.ts';
import type { After } from '../database/page.ts';
import type { Sql, Statement } from '../database/sql.ts';

const GET: Statement = { name: 'projects.get', text: `select ${columns(projects)} from projects where tenant_id = $1 and id = $2` };
const LIST: Statement = {
  name: 'projects.list',
  text: `select ${columns(projects)} from projects
    where tenant_id = $1 and ($2::text is null or status = $2) and ($3::timestamptz is null or (created_at, id) < ($3, $4))
    order by created_at desc, id desc limit $5`,
};
const LIST_ACTIVE: Statement = {
  name: 'projects.list_active',
  text: `select ${columns(projects)} from projects where tenant_id = $1 and status = 'ACTIVE' order by id`,
};
const LOCK_FOR_SHARE: Statement = { name: 'projects.lock_for_share', text: `${GET.text} for share` };
const LOCK_FOR_UPDATE: Statement = { name: 'projects.lock_for_update', text: `${GET.text} for update` };
/** All of them, not one: a row that another transaction has changed meanwhile drops out of the answer, and must not be the only one. */
const LOCK_ACTIVE_FOR_SHARE: Statement = {
  name: 'projects.lock_active_for_share',
  text: `${LIST_ACTIVE.text} for share`,
};
const PROJECT_OF_KEY: Statement = {
  name: 'projects.id_of_key',
  text: 'select project_id as "projectId" from api_keys where tenant_id = $1 and id = $2',
};
const LOCK_FOR_SHARE_OF_KEY: Statement = {
  name: 'projects.lock_for_share_of_key',
  text: `select ${columns(projects)} from projects
    where tenant_id = $1 and id = (select project_id from api_keys where tenant_id = $1 and id = $2) for share`,
};
const INSERT: Statement = { name: 'projects.insert', text: insertInto(projects) };
const ARCHIVE: Statement = {
  name: 'projects.archive',
  text: `update projects set status = 'ARCHIVED', updated_at = $3 where tenant_id = $1 and id = $2 and status = 'ACTIVE'
    returning ${columns(projects)}`,
};

export interface ProjectFilter {
  readonly status?: ProjectStatus | undefined;
  readonly limit: number;
  readonly after?: After | undefined;
}

/** Where a key belongs: `projectId` null is a key of no project. */
export interface ProjectOfKey {
  readonly projectId: string | null;
  readonly project: Project | null;
}

export class ProjectReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(tenantId: string, id: string): Promise<Project | null> {
    const [row] = await this.#sql.run<Project>(GET, [tenantId, id]);
    return row ?? null;
  }

  list(tenantId: string, { status, limit, after }: ProjectFilter): Promise<Project[]> {
    return this.#sql.run<Project>(LIST, [tenantId, status ?? null, after?.createdAt ?? null, after?.id ?? null, limit]);
  }

  /** All ACTIVE projects; the plan caps them. */
  listActive(tenantId: string): Promise<Project[]> {
    return this.#sql.run<Project>(LIST_ACTIVE, [tenantId]);
  }
}

export class ProjectWriter extends ProjectReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The project, whose status stays as it is until the end of the transaction. Others may hold the same lock. */
  lockForShare(tenantId: string, id: string): Promise<Project | null> {
    return this.#one(LOCK_FOR_SHARE, tenantId, id);
  }

  /** The ACTIVE projects, which stay so until the end of the transaction. Others may hold the same locks. */
  lockActiveForShare(tenantId: string): Promise<Project[]> {
    return this.#sql.run<Project>(LOCK_ACTIVE_FOR_SHARE, [tenantId]);
  }

  /** The project that a key belongs to, locked as {@link lockForShare} does; null where the key does not exist. A key never changes its project. */
  async lockForShareOfKey(tenantId: string, keyId: string): Promise<ProjectOfKey | null> {
    const locked = this.#sql.run<Project>(LOCK_FOR_SHARE_OF_KEY, [tenantId, keyId]);
    const [[key], [project]] = await Promise.all([this.#sql.run<{ projectId: string | null }>(PROJECT_OF_KEY, [tenantId, keyId]), locked]);
    return key === undefined ? null : { projectId: key.projectId, project: project ?? null };
  }

  /** The project, which only this transaction may change until its end. */
  lockForUpdate(tenantId: string, id: string): Promise<Project | null> {
    return this.#one(LOCK_FOR_UPDATE, tenantId, id);
  }

  async insert({ tenantId, id, name, status, createdAt, updatedAt }: Project): Promise<void> {
    await this.#sql.run(INSERT, [tenantId, id, name, status, createdAt, updatedAt]);
  }

  /** The archived project; null where it does not exist or is not ACTIVE, and then nothing has changed. */
  async archive(tenantId: string, id: string, at: Date): Promise<Project | null> {
    const [row] = await this.#sql.run<Project>(ARCHIVE, [tenantId, id, at]);
    return row ?? null;
  }

  async #one(statement: Statement, tenantId: string, id: string): Promise<Project | null> {
    const [row] = await this.#sql.run<Project>(statement, [tenantId, id]);
    return row ?? null;
  }
}
