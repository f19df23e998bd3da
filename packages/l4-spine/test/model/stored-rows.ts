import type { TestDatabase } from '@hoc/testbed/databases';
import { z } from 'zod';
import type { Row, TenantRows } from './expected-rows.ts';

/** An audit entry as it is stored. */
export interface StoredEntry {
  readonly seq: number;
  readonly at: number;
  readonly actor: unknown;
  readonly address: string;
  readonly method: string;
  readonly anchor: string;
  readonly outcome: string;
  readonly subject: string | null;
  readonly invariants: readonly { readonly id: string; readonly mode: string; readonly outcome: string }[];
  readonly request_id: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** What one call has left behind, and how much there is in all. */
export interface StoredRecords {
  readonly entries: readonly StoredEntry[];
  readonly head: { readonly seq: number; readonly hash: string } | null;
  readonly violations: readonly { readonly tenant_id: string; readonly invariant_id: string; readonly severity: string; readonly mode: string; readonly outcome: string; readonly request_id: string }[];
  readonly violationCount: number;
}

/** What the suite looks at after each step. */
export interface Stored {
  readonly tenant: TenantRows;
  /** The ids of all tenants of the run's organizations, so that none is there that should not be. */
  readonly tenantIds: readonly string[];
  readonly organizations: readonly Row[];
  readonly platformModes: readonly Row[];
  readonly isDegraded: boolean;
  readonly chain: StoredRecords;
}

const rowsOf = (table: string, order: string, columns = '*'): string =>
  `(select coalesce(json_agg(r), '[]') from (select ${columns} from ${table} where tenant_id = $1 order by ${order}) as r)`;

/** What is counted in each window; of the model's, which are long, nothing has passed. */
const WINDOWS = `select meter as "window", sums[cardinality(sums)] - sums[1] as "taken"
  from rate_windows where tenant_id = $1 and sums[cardinality(sums)] > sums[1]`;

/** One statement: what is read is of one instant, and a round trip is what a step can afford. */
const LOOK = `select json_build_object(
  'tenant', json_build_object(
    'tenants', ${rowsOf('tenants', 'tenant_id')},
    'tenant_locators', ${rowsOf('tenant_locators', 'locator')},
    'tenant_counters', ${rowsOf('tenant_counters', 'counter')},
    'onboarding', ${rowsOf('onboarding', 'tenant_id', 'tenant_id, state')},
    'data_keys', (select count(*) from tenant_data_keys where tenant_id = $1),
    'projects', ${rowsOf('projects', 'id')},
    'api_keys', ${rowsOf('api_keys', 'id')},
    'key_credits', ${rowsOf('key_credits', 'meter_id', 'meter_id, remaining')},
    'key_slots', (select coalesce(json_agg(r), '[]') from (select meter_id, held from key_slots where tenant_id = $1 and held > 0 order by meter_id) as r),
    'rate_windows', (select coalesce(json_agg(r), '[]') from (${WINDOWS} order by 1) as r),
    'invariant_modes', ${rowsOf('invariant_modes', 'invariant_id')}
  ),
  'tenantIds', (select coalesce(json_agg(tenant_id order by tenant_id), '[]') from tenants where organization_id = any($2)),
  'organizations', (select coalesce(json_agg(o order by o.id), '[]') from organizations as o where id = any($2)),
  'platformModes', (select coalesce(json_agg(r), '[]') from (select * from invariant_modes where tenant_id = 'platform' order by invariant_id) as r),
  'isDegraded', (select is_degraded from degraded_mode),
  'chain', json_build_object(
    'entries', (select coalesce(json_agg(r), '[]') from (select * from audit_entries where tenant_id = $3 and seq > $4 order by seq) as r),
    'head', (select row_to_json(r) from (select seq, hash from audit_heads where tenant_id = $3) as r),
    'violations', (select coalesce(json_agg(r), '[]') from (select * from violations where tenant_id = $3 and request_id = $5 order by invariant_id) as r),
    'violationCount', (select count(*) from violations where tenant_id = $3)
  )
)::text as "stored"`;

/** Looks, as the owner of the tables, at one tenant, at the entries of one chain after `seq`, and at the violations of one request. */
export async function look(
  db: TestDatabase,
  what: { readonly tenantId: string; readonly organizations: readonly string[]; readonly chain: string; readonly afterSeq: number; readonly requestId: string },
): Promise<Stored> {
  const [row] = await db.asOwner<{ stored: string }>(LOOK, [what.tenantId, what.organizations, what.chain, what.afterSeq, what.requestId]);
  if (row === undefined) throw new Error('nothing was looked at');
  // The statement says what is in it.
  return readable(JSON.parse(row.stored)) as Stored;
}

const text = z.string();

/** Times in milliseconds, and without what is random by design: the digest is held by verification. */
function readable(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(readable);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([name]) => name !== 'digest')
      .map(([name, value]): [string, unknown] => {
        if (name === 'metadata') return [name, value];
        return name === 'at' || name.endsWith('_at') ? [name, value === null ? null : Date.parse(text.parse(value))] : [name, readable(value)];
      }),
  );
}
