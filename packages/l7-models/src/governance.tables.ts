import { bigint, boolean, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Actor } from './actor.ts';
import { instant, oneOf } from './columns.ts';
import { AUDIT_OUTCOMES, MODES, SEVERITIES, VIOLATION_OUTCOMES } from './enums.ts';
import type { AuditOutcome, InvariantOutcome, Mode, Severity, ViolationOutcome } from './enums.ts';
import { tableOf, type TableOf } from './table-of.ts';

/** The end of a tenant's audit chain: a cut tail does not match it. */
export interface AuditHeadRow {
  readonly tenantId: string;
  readonly seq: number;
  readonly hash: string;
}

export const auditHeads: TableOf<AuditHeadRow> = tableOf<AuditHeadRow>()(
  pgTable('audit_heads', {
    tenantId: text('tenant_id').primaryKey(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    hash: text('hash').notNull(),
  }),
);

export interface AuditedInvariant {
  readonly id: string;
  readonly mode: Mode;
  readonly outcome: InvariantOutcome;
}

/** One link of a tenant's audit chain. Append-only: the application's role may not update or delete. */
export interface AuditEntryRow {
  readonly tenantId: string;
  readonly seq: number;
  readonly at: Date;
  readonly actor: Actor;
  readonly address: string;
  readonly method: string;
  readonly anchor: string;
  readonly outcome: AuditOutcome;
  readonly subject: string | null;
  readonly invariants: readonly AuditedInvariant[];
  readonly requestId: string;
  readonly prevHash: string;
  readonly hash: string;
}

export const auditEntries: TableOf<AuditEntryRow> = tableOf<AuditEntryRow>()(
  pgTable(
    'audit_entries',
    {
      tenantId: text('tenant_id').notNull(),
      seq: bigint('seq', { mode: 'number' }).notNull(),
      at: instant('at').notNull(),
      actor: jsonb('actor').$type<Actor>().notNull(),
      address: text('address').notNull(),
      method: text('method').notNull(),
      anchor: text('anchor').notNull(),
      outcome: text('outcome', { enum: AUDIT_OUTCOMES }).notNull(),
      subject: text('subject'),
      invariants: jsonb('invariants').$type<readonly AuditedInvariant[]>().notNull(),
      requestId: text('request_id').notNull(),
      prevHash: text('prev_hash').notNull(),
      hash: text('hash').notNull(),
    },
    (table) => [
      primaryKey({ name: 'audit_entries_pk', columns: [table.tenantId, table.seq] }),
      oneOf('audit_entries_outcome', 'outcome', AUDIT_OUTCOMES),
    ],
  ),
);

export interface Violation {
  readonly tenantId: string;
  readonly id: string;
  readonly at: Date;
  readonly invariantId: string;
  readonly severity: Severity;
  readonly address: string;
  readonly method: string;
  readonly mode: Mode;
  readonly outcome: ViolationOutcome;
  readonly message: string;
  readonly actor: Actor;
  readonly requestId: string;
}

/** Every time that an invariant did not hold. Append-only. */
export const violations: TableOf<Violation> = tableOf<Violation>()(
  pgTable(
    'violations',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      at: instant('at').notNull(),
      invariantId: text('invariant_id').notNull(),
      severity: text('severity', { enum: SEVERITIES }).notNull(),
      address: text('address').notNull(),
      method: text('method').notNull(),
      mode: text('mode', { enum: MODES }).notNull(),
      outcome: text('outcome', { enum: VIOLATION_OUTCOMES }).notNull(),
      message: text('message').notNull(),
      actor: jsonb('actor').$type<Actor>().notNull(),
      requestId: text('request_id').notNull(),
    },
    (table) => [
      primaryKey({ name: 'violations_pk', columns: [table.tenantId, table.id] }),
      oneOf('violations_severity', 'severity', SEVERITIES),
      oneOf('violations_mode', 'mode', MODES),
      oneOf('violations_outcome', 'outcome', VIOLATION_OUTCOMES),
    ],
  ),
);

export interface IdempotencyRecord {
  readonly tenantId: string;
  readonly principalId: string;
  /** Address and method. */
  readonly operation: string;
  readonly key: string;
  readonly fingerprint: string;
  /** Null only inside the transaction that claimed the key. */
  readonly answer: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export const idempotencyRecords: TableOf<IdempotencyRecord> = tableOf<IdempotencyRecord>()(
  pgTable(
    'idempotency_records',
    {
      tenantId: text('tenant_id').notNull(),
      principalId: text('principal_id').notNull(),
      operation: text('operation').notNull(),
      key: text('key').notNull(),
      fingerprint: text('fingerprint').notNull(),
      answer: text('answer'),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'idempotency_records_pk', columns: [table.tenantId, table.principalId, table.operation, table.key] }),
    ],
  ),
);

/** The stored mode of an invariant, for one tenant or, under the platform's id, for all. */
export interface InvariantModeRow {
  readonly tenantId: string;
  readonly invariantId: string;
  readonly mode: Mode;
  readonly owner: string | null;
  readonly reason: string;
  /** After this instant the setting is void. Null: until it is replaced. */
  readonly expiresAt: Date | null;
  readonly setBy: Actor;
  readonly setAt: Date;
}

export const invariantModes: TableOf<InvariantModeRow> = tableOf<InvariantModeRow>()(
  pgTable(
    'invariant_modes',
    {
      tenantId: text('tenant_id').notNull(),
      invariantId: text('invariant_id').notNull(),
      mode: text('mode', { enum: MODES }).notNull(),
      owner: text('owner'),
      reason: text('reason').notNull(),
      expiresAt: instant('expires_at'),
      setBy: jsonb('set_by').$type<Actor>().notNull(),
      setAt: instant('set_at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'invariant_modes_pk', columns: [table.tenantId, table.invariantId] }),
      oneOf('invariant_modes_mode', 'mode', MODES),
    ],
  ),
);

/** The one row that says whether the installation refuses writes. `id` is always `degraded_mode`. */
export interface DegradedMode {
  readonly id: string;
  readonly isDegraded: boolean;
  readonly reason: string | null;
  readonly setBy: Actor | null;
  readonly setAt: Date | null;
}

export const degradedMode: TableOf<DegradedMode> = tableOf<DegradedMode>()(
  pgTable('degraded_mode', {
    id: text('id').primaryKey(),
    isDegraded: boolean('is_degraded').notNull(),
    reason: text('reason'),
    setBy: jsonb('set_by').$type<Actor>(),
    setAt: instant('set_at'),
  }),
);
