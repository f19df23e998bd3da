import { z } from 'zod';
import { actorOf, iso, isoOrNull, type ReadModel, type WriteModel } from './operation.ts';
import { denial, effectiveMode, INVALID, INVARIANTS, NOT_FOUND, type InvariantId } from './rules.ts';
import { isLive, liveTowardsPlan, PLATFORM, projectOf, quotasOf, type Mode, type ModelSetting, type ModelTenant } from './state.ts';

export interface SetModeInput {
  readonly invariantId: string;
  readonly mode: Mode;
  readonly owner?: string;
  readonly reason: string;
  readonly expiresAt?: string;
}

/** "Setting MONITOR or ENFORCE needs `owner`, `reason` and an `expiresAt` in the future; STRICT needs `reason`." */
export const setMode: WriteModel<SetModeInput> = {
  kind: 'write', address: ['governance.write', 'set_mode'], anchor: 'governance.set_mode', planes: ['fdr'], permission: 'hoc:governance.write',
  tenancy: 'either', isProtective: true,
  isMalformed: ({ mode, owner, expiresAt }) => mode !== 'STRICT' && (owner === undefined || expiresAt === undefined),
  rules: () => [],
  subject: ({ input }) => input.invariantId,
  run: ({ state, tenantId, tenant, input, asker, now }) => {
    const expiresAt = input.expiresAt === undefined ? null : Date.parse(input.expiresAt);
    if (!Object.hasOwn(INVARIANTS, input.invariantId) || (tenantId !== PLATFORM && tenant === null)) return NOT_FOUND;
    if (expiresAt !== null && expiresAt <= now) return INVALID;
    return () => {
      const setting: ModelSetting = { mode: input.mode, owner: input.owner ?? null, reason: input.reason, expiresAt, setBy: actorOf(asker), setAt: now };
      state.settings.set(tenantId, new Map([...(state.settings.get(tenantId) ?? []), [input.invariantId, setting]]));
      return {
        mode: setting.mode, tenantId: tenantId === PLATFORM ? null : tenantId, owner: setting.owner, reason: setting.reason,
        expiresAt: isoOrNull(expiresAt), setBy: { ...setting.setBy }, setAt: iso(now),
      };
    };
  },
};

export const setDegraded: WriteModel<{ readonly isDegraded: boolean; readonly reason: string }> = {
  kind: 'write', address: ['governance.write', 'set_degraded'], anchor: 'governance.set_degraded', planes: ['fdr'], permission: 'hoc:governance.write',
  tenancy: 'platform', isProtective: true,
  rules: () => [],
  subject: () => null,
  run: ({ state, input, asker, now }) => () => {
    state.degraded = input.isDegraded ? { reason: input.reason } : null;
    return { ...input, setBy: { ...actorOf(asker) }, setAt: iso(now) };
  },
};

/** What a scan of a state invariant must find: the same rule over the rows of the model. */
export const scan: ReadModel<{ readonly invariantId: string }> = {
  kind: 'read', address: ['governance.query', 'scan'], planes: ['fdr'], permission: 'hoc:governance.read', tenancy: 'tenant',
  view: (answer) => ({ items: pageShape.parse(answer).items.map(({ subject }) => subject), nextCursor: null }),
  run: ({ tenant, input, now }) => {
    if (!Object.hasOwn(INVARIANTS, input.invariantId) || tenant === null) return NOT_FOUND;
    const found = findings(input.invariantId as InvariantId, tenant, now); // just looked up
    return found === null ? denial('NOT_SCANNABLE', 422) : { value: { items: found, nextCursor: null } };
  },
};

/** The ids of the rows that break a state invariant; null where it is about the request or the actor. */
function findings(id: InvariantId, tenant: ModelTenant, now: number): readonly string[] | null {
  const live = tenant.keys.filter((key) => isLive(key, now));
  const ids = (rows: readonly { readonly id: string }[], isBroken: boolean): readonly string[] => (isBroken ? rows.map((row) => row.id).sort() : []);
  switch (id) {
    case 'BI-TENANT-001':
      return ids(tenant.projects.filter(({ status }) => status === 'ACTIVE'), tenant.status !== 'ACTIVE');
    case 'BI-TENANT-005':
      return ids(live, tenant.status === 'TERMINATED' || tenant.status === 'ARCHIVED');
    case 'BI-APIKEY-001':
      return ids(live, tenant.status !== 'ACTIVE');
    case 'BI-APIKEY-002': {
      const quotas = quotasOf(tenant);
      const over = (['MANAGEMENT', 'SERVICE'] as const).filter((kind) => liveTowardsPlan(tenant, kind, now) > quotas[kind === 'SERVICE' ? 'service' : 'management']);
      return over.map(() => tenant.id);
    }
    case 'BI-APIKEY-005':
      return ids(live.filter(({ projectId }) => projectId !== null && projectOf(tenant, projectId)?.status !== 'ACTIVE'), true);
    case 'BI-TENANT-002':
    case 'BI-TENANT-003':
    case 'BI-TENANT-004':
    case 'BI-TENANT-006':
    case 'BI-TENANT-007':
    case 'BI-TENANT-008':
    case 'BI-TENANT-009':
    case 'BI-APIKEY-003':
    case 'BI-APIKEY-004':
      return null;
    default:
      return id satisfies never;
  }
}

/** The mode in force of every invariant that the model knows, for the tenant that is named or for all. */
export const modesInForce: ReadModel<object> = {
  kind: 'read', address: ['governance.query', 'invariants'], planes: ['fdr'], permission: 'hoc:governance.read', tenancy: 'either',
  view: (answer) => {
    const { items, nextCursor } = modesShape.parse(answer);
    return { items: items.filter(({ id }) => Object.hasOwn(INVARIANTS, id)), nextCursor };
  },
  run: ({ state, tenantId, tenant }) => {
    if (tenantId !== PLATFORM && tenant === null) return NOT_FOUND;
    return { value: { items: IDS.map((id) => ({ id, effectiveMode: effectiveMode(state, id, tenantId) })), nextCursor: null } };
  },
};

// Object.keys of a constant: its own names.
export const IDS = Object.keys(INVARIANTS) as readonly InvariantId[];

/** The chain of the tenant, as the system itself verifies it. */
export const verifyChain: ReadModel<object> = {
  kind: 'read', address: ['audit.query', 'verify'], planes: ['cus'], permission: 'hoc:audit.read', tenancy: 'tenant',
  view: (answer) => chainShape.parse(answer),
  run: ({ state, tenantId }) => ({ value: { valid: true, entries: state.chains.get(tenantId) ?? 0 } }),
};


const pageShape = z.object({ items: z.array(z.object({ subject: z.string() })) });
const modesShape = z.object({ items: z.array(z.object({ id: z.string(), effectiveMode: z.string() })), nextCursor: z.null() });
const chainShape = z.object({ valid: z.boolean(), entries: z.int() });
