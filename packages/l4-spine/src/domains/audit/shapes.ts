import { z } from 'zod';
import { AUDIT_OUTCOMES } from '../../kernel/audit.ts';
import { MODES } from '../../kernel/mode.ts';
import { actorShape } from '../actor.ts';
import { instantOut } from '../instant.ts';
import type { AuditEntryRow } from '../rows.ts';

/** One link of a tenant's audit chain. */
export const auditEntryShape = z.object({
  seq: z.int(), at: instantOut, actor: actorShape, address: z.string(), method: z.string(), anchor: z.string(), outcome: z.enum(AUDIT_OUTCOMES),
  subject: z.string().nullable(), invariants: z.array(z.object({ id: z.string(), mode: z.enum(MODES), outcome: z.enum(['HELD', 'BROKEN', 'UNEVALUABLE']) })),
  requestId: z.string(), prevHash: z.string(), hash: z.string(),
});
export type AuditEntryShape = z.output<typeof auditEntryShape>;

export const showAuditEntry = (entry: AuditEntryRow): AuditEntryShape => ({
  seq: entry.seq, at: entry.at.toISOString(), actor: entry.actor, address: entry.address, method: entry.method, anchor: entry.anchor, outcome: entry.outcome,
  subject: entry.subject, invariants: entry.invariants.map((invariant) => ({ ...invariant })), requestId: entry.requestId, prevHash: entry.prevHash, hash: entry.hash,
});

/** The verdict on a chain. */
export const chainVerdictShape = z.object({
  valid: z.boolean(), entries: z.int(), head: z.object({ seq: z.int(), hash: z.string() }).nullable(), firstInvalidSeq: z.int().optional(), reason: z.string().optional(),
});
