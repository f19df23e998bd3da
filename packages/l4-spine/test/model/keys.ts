import { KEY_ID, publicIdOf, type Answer } from './answer.ts';
import { newModelKey, showKey, timeOf, TOKEN, type CreateInput, type Settings } from './key.ts';
import { actorOf, type Question, type WriteModel } from './operation.ts';
import { isHoc, isManaging, mayGrantChange, mayGrantWhole, type Grantor } from './permissions.ts';
import { asStored, hasNamesakes } from './rate-limit.ts';
import { denial, held, INVALID, NOT_FOUND, type InvariantId, type Standing } from './rules.ts';
import { hasExpired, isLive, keyOf, liveTowardsPlan, projectOf, quotasOf, type Actor, type Json, type ModelKey, type ModelTenant } from './state.ts';
import { tokenShown } from './token-shown.ts';

/** Operators grant anything; a key grants as it is stored now, and only while it is in use. */
function grantorOf({ asker, tenant, now }: Question<unknown>): Grantor {
  if (asker.plane === 'fdr') return 'operator';
  const key = keyOf(tenant, asker.id);
  return key !== null && key.status === 'ACTIVE' && !hasExpired(key, now) ? key : 'nobody';
}

/** What brings a key back asks again who asks: a key that has ended since it authenticated is told as at its next request. */
const UNAUTHENTICATED = denial('UNAUTHENTICATED', 401);
const hasEnded = (question: Question<unknown>): boolean => grantorOf(question) === 'nobody';

const active = (tenant: ModelTenant | null): readonly [InvariantId, Standing] => ['BI-APIKEY-001', tenant === null ? 'MISSING' : held(tenant.status === 'ACTIVE')];

function projectStanding(tenant: ModelTenant | null, projectId: string | null): readonly [InvariantId, Standing] {
  if (projectId === null) return ['BI-APIKEY-005', 'HELD'];
  const project = projectOf(tenant, projectId);
  return ['BI-APIKEY-005', project === null ? 'MISSING' : held(project.status === 'ACTIVE')];
}

/** What the new key may grant: as asked, else what a limited grantor may; a service key grants nothing. */
function grantableOf(grantor: Grantor, { grantable, permissions }: CreateInput): readonly string[] | null {
  if (grantable !== undefined) return grantable;
  if (grantor === 'operator' || !isManaging(permissions)) return null;
  return grantor === 'nobody' ? [] : grantor.grantable;
}

const hasDuplicates = (entries: readonly string[] | null | undefined): boolean => new Set(entries).size !== (entries?.length ?? 0);
const hasUnknownHoc = (permissions: readonly string[] | undefined): boolean => permissions?.includes('hoc:*') === true || permissions?.includes('hoc:tenants.create') === true;
const isBlank = (text: string | undefined): boolean => text !== undefined && text.trim() === '';

const malformedSettings = (input: Settings): boolean =>
  isBlank(input.name) || hasUnknownHoc(input.permissions) || hasNamesakes(input.rateLimits) || input.grantable?.some(isHoc) === true ||
  [input.permissions, input.grantable, input.allowedResources, input.allowedAddresses].some(hasDuplicates);

/** Whether a key with these settings would be metered, which a management key is not. */
const isMetered = ({ rateLimits = [], credits = null, maxConcurrent = null }: Settings): boolean => rateLimits.length > 0 || credits !== null || maxConcurrent !== null;

export const create: WriteModel<CreateInput> = {
  kind: 'write', address: ['api_keys.write', 'create'], anchor: 'api_key.create', planes: ['cus', 'fdr'], permission: 'hoc:keys.create',
  tenancy: 'tenant', isProtective: false,
  isMalformed: (input) =>
    malformedSettings(input) || (isManaging(input.permissions) ? (input.allowedResources ?? []).length > 0 || isMetered(input) : (input.grantable ?? null) !== null),
  rules: (question) => {
    const { tenant, input, now } = question;
    const grantor = grantorOf(question);
    const kind = isManaging(input.permissions) ? 'management' : 'service';
    return [
      active(tenant),
      ['BI-APIKEY-002', held(tenant === null || liveTowardsPlan(tenant, kind === 'management' ? 'MANAGEMENT' : 'SERVICE', now) < quotasOf(tenant)[kind])],
      ['BI-APIKEY-003', held(mayGrantWhole(grantor, { permissions: input.permissions, grantable: grantableOf(grantor, input) }))],
      projectStanding(tenant, input.projectId ?? null),
    ];
  },
  subject: (_question, answer) => keyIdIn(answer),
  replay: tokenShown,
  run: (question) => {
    const { tenant, input, now, asker } = question;
    if (tenant === null || (typeof input.projectId === 'string' && projectOf(tenant, input.projectId) === null)) return NOT_FOUND;
    if (input.expiresAt !== undefined && input.expiresAt !== null && Date.parse(input.expiresAt) <= now) return INVALID;
    return (answer) => {
      const key = newModelKey(made(answer, tenant.locator), { ...input, grantable: grantableOf(grantorOf(question), input) }, { by: actorOf(asker), now });
      settle(tenant, key.kind, now);
      tenant.hasCounters = true;
      tenant.keys.push(key);
      setCredits(tenant, key, input);
      return { key: showKey(tenant, key), token: key.token };
    };
  },
};

/** "Updating a key with `credits` sets `remaining` to what is given." */
function setCredits({ meters }: ModelTenant, { meterId }: ModelKey, { credits }: Settings): void {
  if (credits !== undefined && credits !== null) meters.credits.set(meterId, credits.remaining);
}

const made = (answer: Answer, locator: string): Pick<ModelKey, 'id' | 'publicId' | 'token'> => ({
  id: answer.text(KEY_ID, 'key', 'id'), publicId: answer.text(publicIdOf(locator), 'key', 'publicId'), token: answer.text(TOKEN, 'token'),
});

/** "A create that meets the cap first settles the tenant's expired keys under the same lock." */
function settle(tenant: ModelTenant, kind: ModelKey['kind'], now: number): void {
  const counted = tenant.keys.filter((key) => key.kind === kind && key.isCounted);
  if (counted.length < quotasOf(tenant)[kind === 'SERVICE' ? 'service' : 'management']) return;
  for (const key of counted) if (hasExpired(key, now)) key.isCounted = false;
}

export interface KeyInput {
  readonly keyId: string;
}

export interface StepInput extends KeyInput {
  readonly reason: string;
}

/** BI-APIKEY-004: "the key exists in this tenant and its state allows the step". */
function step<Input extends KeyInput>({ tenant, input }: Question<Input>, allows: (key: ModelKey, tenant: ModelTenant) => boolean): readonly [InvariantId, Standing] {
  const key = keyOf(tenant, input.keyId);
  return ['BI-APIKEY-004', key === null || tenant === null ? 'MISSING' : held(allows(key, tenant))];
}

const ofKeys = { kind: 'write', planes: ['cus'], tenancy: 'tenant', subject: ({ input }: Question<KeyInput>) => input.keyId } as const;

const changed = (key: ModelKey, now: number, change: Partial<ModelKey>): void => {
  Object.assign(key, change, { updatedAt: now, version: key.version + 1 });
};

/** A step that changes one key, where its state allows that. */
function simpleStep(
  name: 'revoke' | 'freeze' | 'unfreeze',
  how: { readonly isProtective: boolean; readonly permission: string; allows(key: ModelKey): boolean; change(question: Question<StepInput>): Partial<ModelKey> },
): WriteModel<StepInput> {
  return {
    ...ofKeys, address: ['api_keys.write', name], anchor: `api_key.${name}`, permission: how.permission, isProtective: how.isProtective,
    isMalformed: ({ reason }) => isBlank(reason),
    rules: (question) => [...(name === 'unfreeze' ? [active(question.tenant)] : []), step(question, how.allows)],
    run: (question) => {
      const { tenant, input, now } = question;
      const key = keyOf(tenant, input.keyId);
      if (tenant === null || key === null) return NOT_FOUND;
      if (name === 'unfreeze' && hasEnded(question)) return UNAUTHENTICATED;
      if (!how.allows(key)) return denial('STEP_REFUSED', 409);
      return () => {
        changed(key, now, how.change(question));
        return showKey(tenant, key);
      };
    },
  };
}

const because = ({ asker, now, input }: Question<StepInput>): { at: number; by: Actor; reason: string } => ({ at: now, by: actorOf(asker), reason: input.reason.trim() });

export const revoke: WriteModel<StepInput> = simpleStep('revoke', {
  isProtective: true, permission: 'hoc:keys.revoke',
  allows: ({ status }) => status !== 'REVOKED',
  change: (question) => ({ status: 'REVOKED', isCounted: false, revoked: because(question) }),
});

export const freeze: WriteModel<StepInput> = simpleStep('freeze', {
  isProtective: true, permission: 'hoc:keys.freeze',
  allows: ({ status }) => status === 'ACTIVE',
  change: (question) => ({ status: 'FROZEN', frozen: because(question) }),
});

export const unfreeze: WriteModel<StepInput> = simpleStep('unfreeze', {
  isProtective: false, permission: 'hoc:keys.freeze',
  allows: ({ status }) => status === 'FROZEN',
  change: () => ({ status: 'ACTIVE', frozen: null }),
});

export const rotate: WriteModel<KeyInput & { readonly overlapSeconds: number }> = {
  ...ofKeys, address: ['api_keys.write', 'rotate'], anchor: 'api_key.rotate', permission: 'hoc:keys.rotate', isProtective: false,
  isMalformed: ({ overlapSeconds }) => overlapSeconds < 0 || overlapSeconds > 30 * 24 * 3600,
  rules: (question) => {
    const key = keyOf(question.tenant, question.input.keyId);
    return [
      active(question.tenant),
      ['BI-APIKEY-003', held(key === null ? grantorOf(question) !== 'nobody' : mayGrantWhole(grantorOf(question), key))],
      step(question, (one) => mayRotate(one, question.now)),
      projectStanding(question.tenant, key?.projectId ?? null),
    ];
  },
  replay: tokenShown,
  run: ({ tenant, input, now, asker }) => {
    const old = keyOf(tenant, input.keyId);
    if (tenant === null || old === null) return NOT_FOUND;
    if (!mayRotate(old, now)) return denial('STEP_REFUSED', 409);
    return (answer) => {
      const by = actorOf(asker);
      const key: ModelKey = {
        ...old, ...made(answer, tenant.locator), status: 'ACTIVE', createdBy: by, rotatedFrom: old.id, rotatedTo: null, rotatedAt: null,
        priorExpiresAt: null, isCounted: true, revoked: null, frozen: null, createdAt: now, updatedAt: now, version: 1,
      };
      const end = now + input.overlapSeconds * 1000;
      changed(old, now, {
        rotatedTo: key.id, rotatedAt: now, priorExpiresAt: old.expiresAt, isCounted: false,
        ...(input.overlapSeconds === 0
          ? { status: 'REVOKED', revoked: { at: now, by, reason: 'rotated without an overlap' } }
          : { expiresAt: old.expiresAt === null ? end : Math.min(old.expiresAt, end) }),
      });
      tenant.keys.push(key);
      return { key: showKey(tenant, key), token: key.token, previous: showKey(tenant, old) };
    };
  },
};

/** "rotate: ACTIVE and not itself rotated", and an expired key is not brought to life. */
const mayRotate = (key: ModelKey, now: number): boolean => key.status === 'ACTIVE' && key.rotatedTo === null && !hasExpired(key, now);

export const undoRotation: WriteModel<KeyInput> = {
  ...ofKeys, address: ['api_keys.write', 'undo_rotation'], anchor: 'api_key.undo_rotation', permission: 'hoc:keys.rotate', isProtective: false,
  rules: (question) => [active(question.tenant), step(question, (key, tenant) => oldOf(tenant, key, question.now) !== null)],
  run: (question) => {
    const { tenant, input, now, asker } = question;
    const key = keyOf(tenant, input.keyId);
    if (tenant === null || key === null) return NOT_FOUND;
    if (hasEnded(question)) return UNAUTHENTICATED;
    const old = oldOf(tenant, key, now);
    if (old === null) return denial('STEP_REFUSED', 409);
    return () => {
      changed(key, now, { status: 'REVOKED', isCounted: false, revoked: { at: now, by: actorOf(asker), reason: 'rotation undone' } });
      changed(old, now, { expiresAt: old.priorExpiresAt, priorExpiresAt: null, rotatedTo: null, rotatedAt: null, isCounted: true });
      return showKey(tenant, old);
    };
  },
};

/** The old key that an undone rotation gives back: "within the overlap", and only while both keys are live and this one was not rotated itself. */
function oldOf(tenant: ModelTenant, key: ModelKey, now: number): ModelKey | null {
  if (key.rotatedFrom === null || key.rotatedTo !== null || !isLive(key, now)) return null;
  const old = keyOf(tenant, key.rotatedFrom);
  return old !== null && old.rotatedTo === key.id && isLive(old, now) ? old : null;
}

export const update: WriteModel<KeyInput & Settings & { readonly version: number }> = {
  ...ofKeys, address: ['api_keys.write', 'update'], anchor: 'api_key.update', permission: 'hoc:keys.update', isProtective: false,
  isMalformed: (input) => malformedSettings(input) || input.version < 1,
  rules: (question) => {
    const { tenant, input } = question;
    const key = keyOf(tenant, input.keyId);
    const grantor = grantorOf(question);
    if (key === null) return [['BI-APIKEY-003', held(grantor !== 'nobody')]];
    const after = { permissions: input.permissions ?? key.permissions, grantable: input.grantable === undefined ? key.grantable : input.grantable };
    // Who lifts a restriction lets the key use what it could not use before: as if granted anew.
    const restrictions = [input.allowedResources, input.allowedAddresses, input.expiresAt, input.rateLimits, input.credits, input.maxConcurrent];
    const touchesRestriction = restrictions.some((restriction) => restriction !== undefined);
    return [['BI-APIKEY-003', held(touchesRestriction ? mayGrantWhole(grantor, after) : mayGrantChange(grantor, key, after))]];
  },
  run: ({ tenant, input, now }) => {
    const key = keyOf(tenant, input.keyId);
    if (tenant === null || key === null) return NOT_FOUND;
    if (key.version !== input.version) return denial('VERSION_CONFLICT', 409);
    if (key.kind === 'MANAGEMENT' && (input.allowedResources ?? []).length > 0) return INVALID;
    if (!isLive(key, now)) return denial('KEY_NOT_LIVE', 409);
    const expiresAt = input.expiresAt === undefined ? key.expiresAt : timeOf(input.expiresAt);
    if (expiresAt !== key.expiresAt && key.rotatedTo !== null) return denial('KEY_ROTATED', 409);
    const permissions = input.permissions ?? key.permissions;
    const grantable = input.grantable === undefined ? key.grantable : input.grantable;
    // "`kind` is fixed at creation, so a `hoc:` permission on a service key is 400."
    if (isManaging(permissions) !== (key.kind === 'MANAGEMENT') || (key.kind === 'SERVICE' && grantable !== null)) return INVALID;
    if (key.kind === 'MANAGEMENT' && isMetered(input)) return INVALID;
    if (expiresAt !== null && expiresAt <= now) return INVALID;
    return () => {
      changed(key, now, {
        name: input.name?.trim() ?? key.name, permissions, grantable, expiresAt,
        allowedResources: input.allowedResources ?? key.allowedResources, allowedAddresses: input.allowedAddresses ?? key.allowedAddresses,
        metadata: input.metadata ?? key.metadata, ownerRef: input.ownerRef === undefined ? key.ownerRef : (input.ownerRef?.trim() ?? null),
        rateLimits: input.rateLimits === undefined ? key.rateLimits : asStored(input.rateLimits), hasCredits: input.credits === undefined ? key.hasCredits : input.credits !== null,
        maxConcurrent: input.maxConcurrent === undefined ? key.maxConcurrent : input.maxConcurrent,
      });
      setCredits(tenant, key, input);
      return showKey(tenant, key);
    };
  },
};

function keyIdIn(answer: Json | null): string | null {
  if (typeof answer !== 'object' || answer === null || !('key' in answer)) return null;
  const { key } = answer as { readonly key: { readonly id: string } }; // the model's own answer of a create
  return key.id;
}
