import type { ApiKey } from '@hoc/l7-models/api-keys.tables';
import { apiKeys } from '@hoc/l7-models/api-keys.tables';
import type { ProjectStatus, TenantStatus } from '@hoc/l7-models/enums';
import type { RateLimit } from '@hoc/l7-models/rate-limit';
import type { Sql, Statement } from '../database/sql.ts';

/** What a verdict on a key, and the answer that goes with it, are made of. */
export type KeyFields = Pick<
  ApiKey,
  | 'tenantId' | 'id' | 'projectId' | 'kind' | 'name' | 'environment' | 'status' | 'permissions' | 'grantable' | 'allowedResources'
  | 'allowedAddresses' | 'expiresAt' | 'ownerRef' | 'metadata' | 'pepperId'
>;

const FIELDS = Object.keys({
  tenantId: 1, id: 1, projectId: 1, kind: 1, name: 1, environment: 1, status: 1, permissions: 1, grantable: 1, allowedResources: 1,
  allowedAddresses: 1, expiresAt: 1, ownerRef: 1, metadata: 1, pepperId: 1,
} satisfies Record<keyof KeyFields, 1>) as (keyof KeyFields)[]; // `as`: Object.keys forgets what `satisfies` has just proven

/** What a verification of the key takes from. */
export interface StoredMeters extends Pick<ApiKey, 'meterId' | 'rateLimits' | 'hasCredits' | 'creditRefill' | 'maxConcurrent'> {
  /** What the tenant allows each owner; empty for a key without one. */
  readonly ownerRateLimits: readonly RateLimit[];
  readonly tenantRateLimits: readonly RateLimit[];
}

/** A key, its tenant and its project, read together at one instant. */
export interface KeyTruth {
  readonly key: KeyFields;
  readonly tenantStatus: TenantStatus;
  /** Null for a key of no project. */
  readonly projectStatus: ProjectStatus | null;
  /** Null where nothing meters the key. */
  readonly meters: StoredMeters | null;
}

/** Which key: by its tenant, and by the digests of the presented token under every pepper in use. */
export interface KeyQuestion {
  readonly tenantId: string;
  readonly digests: readonly string[];
}

/** One column for all meters, null for most keys: those pay nothing for what others have. */
const METERS = `case when key.rate_limits = '[]' and not key.has_credits and key.max_concurrent is null and tenant.rate_limits = '[]'
      and (key.owner_ref is null or tenant.owner_rate_limits = '[]') then null
    else jsonb_build_object('meterId', key.meter_id, 'rateLimits', key.rate_limits, 'hasCredits', key.has_credits, 'creditRefill', key.credit_refill,
      'maxConcurrent', key.max_concurrent, 'tenantRateLimits', tenant.rate_limits,
      'ownerRateLimits', case when key.owner_ref is null then '[]' else tenant.owner_rate_limits end) end`;
const SELECT = `${FIELDS.map((field) => `key.${apiKeys[field].name} as "${field}"`).join(', ')},
    tenant.status as "tenantStatus", project.status as "projectStatus", ${METERS} as "meters"`;
const STATES = `join tenants as tenant on tenant.tenant_id = key.tenant_id
  left join projects as project on project.tenant_id = key.tenant_id and project.id = key.project_id`;

const ONE: Statement = {
  name: 'key_truth.one',
  text: `select ${SELECT} from api_keys as key ${STATES} where key.tenant_id = $1 and key.digest = $2`,
};
const ANY: Statement = {
  name: 'key_truth.any',
  text: `select ${SELECT} from api_keys as key ${STATES} where key.tenant_id = $1 and key.digest = any($2::text[])`,
};
const MANY: Statement = {
  name: 'key_truth.many',
  text: `select question.number as "number", ${SELECT}
    from unnest($1::text[], $2::text[], $3::int[]) as question (tenant_id, digest, number)
    join api_keys as key on key.tenant_id = question.tenant_id and key.digest = question.digest ${STATES}`,
};

type Row = KeyFields & Omit<KeyTruth, 'key'>;

const truthOf = ({ tenantStatus, projectStatus, meters, ...key }: Row): KeyTruth => ({ key, tenantStatus, projectStatus, meters });

/** One question by one prepared select. */
export async function askOne(sql: Sql, { tenantId, digests }: KeyQuestion): Promise<KeyTruth | null> {
  const [digest] = digests;
  if (digest === undefined) return null;
  const [row] = await (digests.length === 1 ? sql.run<Row>(ONE, [tenantId, digest]) : sql.run<Row>(ANY, [tenantId, digests]));
  return row === undefined ? null : truthOf(row);
}

/** Many questions, of any tenants, by one statement; the answers stand in the order of the questions. */
export async function askMany(sql: Sql, questions: readonly KeyQuestion[]): Promise<(KeyTruth | null)[]> {
  const tenantIds: string[] = [];
  const digests: string[] = [];
  const numbers: number[] = [];
  questions.forEach((question, number) => {
    for (const digest of question.digests) {
      tenantIds.push(question.tenantId);
      digests.push(digest);
      numbers.push(number);
    }
  });
  const answers: (KeyTruth | null)[] = questions.map(() => null);
  for (const { number, ...row } of await sql.run<Row & { number: number }>(MANY, [tenantIds, digests, numbers])) {
    answers[number] = truthOf(row);
  }
  return answers;
}
