import type { Composed } from '@hoc/testbed/composed';

/** What HOC left behind about one request, read as the owner of the tables. */
export interface StoredEntry {
  readonly tenantId: string;
  readonly seq: number;
  readonly outcome: 'COMMITTED' | 'DENIED' | 'FAILED';
  readonly anchor: string;
  readonly subject: string | null;
  readonly invariants: readonly { readonly id: string; readonly mode: string; readonly outcome: string }[];
}

export interface StoredViolation {
  readonly tenantId: string;
  readonly invariantId: string;
  readonly severity: string;
  readonly mode: string;
  readonly outcome: 'RECORDED' | 'BLOCKED';
  readonly message: string;
}

type Owner = Pick<Composed['db'], 'asOwner'>;

export const entriesOf = (db: Owner, requestId: string): Promise<StoredEntry[]> =>
  db.asOwner<StoredEntry>(
    `select tenant_id as "tenantId", seq::int as seq, outcome, anchor, subject, invariants from audit_entries where request_id = $1 order by tenant_id, seq`,
    [requestId],
  );

export const violationsOf = (db: Owner, requestId: string): Promise<StoredViolation[]> =>
  db.asOwner<StoredViolation>(
    `select tenant_id as "tenantId", invariant_id as "invariantId", severity, mode, outcome, message from violations where request_id = $1 order by invariant_id`,
    [requestId],
  );

/** Every table that a handler, or an idempotency key, can leave a row in. */
const WRITTEN_TABLES = [
  'organizations', 'tenants', 'tenant_locators', 'tenant_data_keys', 'tenant_counters', 'projects', 'api_keys', 'access_tokens', 'idempotency_records',
  'onboarding', 'onboarding_evidence', 'contact_confirmations', 'attestation_challenges', 'connector_types', 'integrations', 'outbox_events',
  'webhook_endpoints', 'webhook_dead_letters', 'consumer_cursors', 'leases', 'key_credits',
];
const SNAPSHOT = `select md5(concat_ws('|', ${WRITTEN_TABLES.map(
  (table) => `(select md5(coalesce(string_agg(row::text, '|' order by row::text), '')) from ${table} as row)`,
).join(', ')})) as "snapshot"`;

/** A fingerprint of every row of every tenant but audit entries, violations and modes: equal before and after, nothing was written anywhere. */
export async function snapshot(db: Owner): Promise<string> {
  const [row] = await db.asOwner<{ snapshot: string }>(SNAPSHOT);
  if (row === undefined) throw new Error('a select without from answers one row');
  return row.snapshot;
}

/** The chain that takes the refusals of a tenant: its own, or the platform's where it has none. */
export async function chainOf(db: Owner, tenantId: string): Promise<string> {
  const heads = await db.asOwner('select 1 from audit_heads where tenant_id = $1', [tenantId]);
  return heads.length > 0 ? tenantId : 'platform';
}
