import type { ApiKey } from '@hoc/l7-models/api-keys.tables';
import type { ProjectStatus, TenantStatus } from '@hoc/l7-models/enums';
import type { RateLimit } from '@hoc/l7-models/rate-limit';
import type { Coalescer, Kind } from '../database/coalescer.ts';
import { instantOf, jsonOf, listOf } from '../database/column-text.ts';
import type { Statement, TextRow, Texts } from '../database/sql.ts';
import { textNumber } from '../database/text-number.ts';

/** What a verdict on a key, and the answer that goes with it, are made of. */
export type KeyFields = Pick<
  ApiKey, 'tenantId' | 'id' | 'projectId' | 'kind' | 'name' | 'environment' | 'status' | 'expiresAt' | 'ownerRef' | 'metadata' | 'pepperId'
> & { readonly [List in 'permissions' | 'allowedResources' | 'allowedAddresses']: readonly string[] };

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

/** A line of {@link METERS}: empty for a list of nothing. */
const line = (list: string): string => `case when ${list} = '[]' then E'\\n' else ${list}::text || E'\\n' end`;

/**
 * One column for all meters, null for most keys: those pay nothing for what others have. Six lines and the meter's id, for a JSON object
 * of the same costs the database six times as much; JSON is written without line ends. Read by {@link metersOf}.
 */
const METERS = `case when key.rate_limits = '[]' and not key.has_credits and key.max_concurrent is null and tenant.rate_limits = '[]'
      and (key.owner_ref is null or tenant.owner_rate_limits = '[]') then null
    else ${line('key.rate_limits')} || ${line('tenant.rate_limits')} || case when key.owner_ref is null then E'\\n' else ${line('tenant.owner_rate_limits')} end
      || case when key.has_credits then E't\\n' else E'\\n' end || coalesce(key.credit_refill::text || E'\\n', E'\\n') || coalesce(key.max_concurrent::text || E'\\n', E'\\n')
      || key.meter_id end`;
/** Few keys are of a project, so it is asked for only where there is one. Read by {@link truthOf}. */
const SELECT = `key.id, key.project_id, key.kind, key.name, key.environment, key.status, key.permissions, key.allowed_resources, key.allowed_addresses,
    key.expires_at, key.owner_ref, key.metadata, key.pepper_id, tenant.status,
    case when key.project_id is null then null else (select status from projects where tenant_id = key.tenant_id and id = key.project_id) end, ${METERS}`;

const ONE: Statement = {
  name: 'key_truth.one',
  text: `select 1, ${SELECT} from api_keys as key join tenants as tenant on tenant.tenant_id = key.tenant_id where key.tenant_id = $1 and key.digest = $2`,
};
const MANY: Statement = {
  name: 'key_truth.many',
  text: `select question.number, ${SELECT}
    from unnest($1::text[], $2::text[]) with ordinality as question (tenant_id, digest, number)
    join api_keys as key on key.tenant_id = question.tenant_id and key.digest = question.digest
    join tenants as tenant on tenant.tenant_id = key.tenant_id`,
};

/**
 * Questions about keys. One is one prepared select; from two on a join is the cheaper form (SCALE-OUT.md, rule 15: the form of
 * the batch is this function's alone).
 */
export const KEY_TRUTH: Kind<KeyQuestion, KeyTruth | null> = {
  what: 'keys',
  numberOf: ({ digests }) => textNumber(digests[0] ?? ''),
  isSame: (one, other) => one.tenantId === other.tenantId && one.digests.length === other.digests.length && one.digests.every((digest, at) => digest === other.digests[at]),
  ask,
  answers,
};

function ask(questions: readonly KeyQuestion[]): Texts {
  const [first] = questions;
  if (questions.length === 1 && first?.digests.length === 1) return { statement: ONE, params: [first.tenantId, first.digests[0] ?? ''] };
  const tenantIds: string[] = [];
  const digests: string[] = [];
  for (const question of questions) {
    for (const digest of question.digests) {
      tenantIds.push(question.tenantId);
      digests.push(digest);
    }
  }
  return { statement: MANY, params: [tenantIds, digests] };
}

function answers(rows: readonly TextRow[], questions: readonly KeyQuestion[]): (KeyTruth | null)[] {
  const found: (KeyTruth | null)[] = questions.map(() => null);
  const isFlat = questions.every(({ digests }) => digests.length === 1);
  // Which question each of the digests belongs to.
  const askers = isFlat ? null : questions.flatMap(({ digests }, at) => digests.map(() => at));
  for (const row of rows) {
    const number = Number(row[0]) - 1;
    const at = askers === null ? number : (askers[number] ?? -1);
    const question = questions[at];
    if (question !== undefined) found[at] = truthOf(row, question.tenantId);
  }
  return found;
}

/** A row of {@link SELECT}, whose columns' types and checks say that each of these is what it is taken for. */
function truthOf(row: TextRow, tenantId: string): KeyTruth {
  const expiresAt = row[10] as string | null;
  const meters = row[16] as string | null;
  return {
    key: {
      tenantId,
      id: row[1] as string,
      projectId: row[2] as string | null,
      kind: row[3] as ApiKey['kind'],
      name: row[4] as string,
      environment: row[5] as ApiKey['environment'],
      status: row[6] as ApiKey['status'],
      permissions: listOf(row[7] as string),
      allowedResources: listOf(row[8] as string),
      allowedAddresses: listOf(row[9] as string),
      expiresAt: expiresAt === null ? null : instantOf(expiresAt),
      ownerRef: row[11] as string | null,
      metadata: jsonOf(row[12] as string) as ApiKey['metadata'],
      pepperId: row[13] as string,
    },
    tenantStatus: row[14] as TenantStatus,
    projectStatus: row[15] as ProjectStatus | null,
    meters: meters === null ? null : metersOf(meters),
  };
}

const NO_LIMITS: readonly RateLimit[] = Object.freeze([]);

/** What the text of {@link METERS} says. What the settings are is looked at by whoever decides on them. */
function metersOf(text: string): StoredMeters {
  const [own = '', tenants = '', owners = '', credits = '', refill = '', most = '', ...meterId] = text.split('\n');
  return {
    meterId: meterId.join('\n'), rateLimits: limitsOf(own), tenantRateLimits: limitsOf(tenants), ownerRateLimits: limitsOf(owners), hasCredits: credits !== '',
    creditRefill: refill === '' ? null : (jsonOf(refill) as StoredMeters['creditRefill']), maxConcurrent: most === '' ? null : Number(most),
  };
}

const limitsOf = (text: string): readonly RateLimit[] => (text === '' ? NO_LIMITS : (jsonOf(text) as readonly RateLimit[]));

/** The truth about keys, in waves that are shared with other questions about the truth. */
export class KeyTruthReader {
  readonly #ask: (question: KeyQuestion) => Promise<KeyTruth | null>;

  constructor(waves: Coalescer) {
    this.#ask = waves.of(KEY_TRUTH);
  }

  /**
   * The key of a tenant with one of these digests, with its tenant's and project's state; null where there is none.
   * @throws OutageError where no answer came in time, or too many are waiting; and what the database throws
   */
  find(tenantId: string, digests: readonly string[]): Promise<KeyTruth | null> {
    return this.#ask({ tenantId, digests });
  }
}
