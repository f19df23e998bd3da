import { z } from 'zod';
import { MODES, SEVERITIES } from '../../kernel/mode.ts';
import { PLANES } from '../../kernel/principal.ts';
import { actorShape } from '../actor.ts';
import { instantOut, isoOrNull } from '../instant.ts';
import type { ModeRow, ViolationRow } from '../rows.ts';

/** One entry of the live catalogue. */
export const operationShape = z.object({
  address: z.string(), method: z.string(), kind: z.enum(['write', 'read', 'decide']), anchor: z.string().nullable(), planes: z.array(z.enum(PLANES)),
  permission: z.string().nullable(), invariants: z.array(z.string()), exemption: z.string().optional(),
});

/** A stored mode of an invariant; `tenantId` null is for all tenants. */
export const modeSettingShape = z.object({
  mode: z.enum(MODES), tenantId: z.string().nullable(), owner: z.string().nullable(), reason: z.string(), expiresAt: instantOut.nullable(),
  setBy: actorShape, setAt: instantOut,
});
export type ModeSettingShape = z.output<typeof modeSettingShape>;

export const showModeSetting = ({ mode, tenantId, owner, reason, expiresAt, setBy, setAt }: ModeRow): ModeSettingShape => ({
  mode, tenantId, owner, reason, expiresAt: isoOrNull(expiresAt), setBy, setAt: setAt.toISOString(),
});

/** An invariant, and the mode in force for the tenant that was asked about, or for tenants without a setting of their own. */
export const invariantShape = z.object({
  id: z.string(), anchors: z.array(z.string()), severity: z.enum(SEVERITIES), condition: z.string(), remediation: z.string(),
  defaultMode: z.enum(MODES), effectiveMode: z.enum(MODES), settings: z.array(modeSettingShape),
});

/** One time that an invariant did not hold. */
export const violationShape = z.object({
  id: z.string(), at: instantOut, invariantId: z.string(), severity: z.enum(SEVERITIES), tenantId: z.string(), address: z.string(), method: z.string(),
  mode: z.enum(MODES), outcome: z.enum(['RECORDED', 'BLOCKED']), message: z.string(), actor: actorShape, requestId: z.string(),
});
export type ViolationShape = z.output<typeof violationShape>;

export const showViolation = (violation: ViolationRow): ViolationShape => ({
  id: violation.id, at: violation.at.toISOString(), invariantId: violation.invariantId, severity: violation.severity, tenantId: violation.tenantId,
  address: violation.address, method: violation.method, mode: violation.mode, outcome: violation.outcome, message: violation.message,
  actor: violation.actor, requestId: violation.requestId,
});

/** A stored row that a state invariant would refuse today. */
export const findingShape = z.object({ tenantId: z.string(), subject: z.string(), message: z.string() });

/** Whether the installation takes protective writes only. */
export const degradedShape = z.object({ isDegraded: z.boolean(), reason: z.string(), setBy: actorShape, setAt: instantOut });
