import { expire, rotated } from './key-states.ts';
import type { Negative } from './proof.ts';
import { onKey, rotateKey, undoRotation, type Ask, type Cast, type Stage } from './stage.ts';

type KeyMethod = 'revoke' | 'freeze' | 'unfreeze' | 'rotate' | 'undo_rotation';
const METHODS: readonly KeyMethod[] = ['revoke', 'freeze', 'unfreeze', 'rotate', 'undo_rotation'];
const step = (tenant: Cast, method: KeyMethod, keyId: string): Ask => {
  if (method === 'rotate') return rotateKey(tenant, keyId);
  return method === 'undo_rotation' ? undoRotation(tenant, keyId) : onKey(tenant, method, keyId);
};

/** The states that a key can be in, how it got there, and the steps that it takes there no more, with what is said of it. */
const KEY_STATES: readonly {
  readonly state: string;
  enter(stage: Stage, tenant: Cast, keyId: string): Promise<unknown>;
  readonly refused: Partial<Record<KeyMethod, string>>;
}[] = [
  { state: 'ACTIVE', enter: async () => {}, refused: { unfreeze: 'the key is not frozen', undo_rotation: 'the key does not come from a rotation' } },
  {
    state: 'FROZEN', enter: (stage, tenant, keyId) => stage.do(onKey(tenant, 'freeze', keyId)),
    refused: { freeze: 'the key was already frozen', rotate: 'the key was frozen', undo_rotation: 'the key does not come from a rotation' },
  },
  {
    state: 'REVOKED', enter: (stage, tenant, keyId) => stage.do(onKey(tenant, 'revoke', keyId)),
    refused: Object.fromEntries(METHODS.map((method) => [method, 'the key was already revoked at'])),
  },
  { state: 'expired', enter: expire, refused: { rotate: 'the key expired', undo_rotation: 'the key does not come from a rotation' } },
  {
    state: 'rotated', enter: rotated,
    refused: { rotate: 'the key was already rotated', unfreeze: 'the key is not frozen', undo_rotation: 'the key does not come from a rotation' },
  },
];

/** Why the rotation that made a key can be undone no more: what happens to the old key and the new. */
const UNDOABLE_NO_MORE: readonly { readonly because: string; happens(stage: Stage, tenant: Cast, pair: { old: string; new: string }): Promise<unknown>; readonly says: string }[] = [
  { because: 'was undone', happens: (stage, tenant, pair) => stage.do(undoRotation(tenant, pair.new)), says: 'the key was already revoked' },
  { because: 'has outlived its overlap', happens: (stage, tenant, pair) => expire(stage, tenant, pair.old), says: 'the overlap ended' },
  { because: 'was followed by another', happens: (stage, tenant, pair) => rotated(stage, tenant, pair.new), says: 'the key was itself rotated' },
  { because: 'has lost its old key', happens: (stage, tenant, pair) => stage.do(onKey(tenant, 'revoke', pair.old)), says: 'the old key was revoked' },
  { because: 'has lost its new key', happens: (stage, tenant, pair) => stage.do(onKey(tenant, 'revoke', pair.new)), says: 'the key was already revoked' },
  { because: 'made a key that has expired', happens: (stage, tenant, pair) => expire(stage, tenant, pair.new), says: 'the key expired' },
];

/** BI-APIKEY-004: a key takes only the steps that its state allows, in its own tenant. */
export const stepsThatTheStateForbids: readonly Negative[] = [
  ...METHODS.flatMap((method): readonly Negative[] => [
    {
      rule: 'BI-APIKEY-004', what: `${method} of a key that nobody has`, status: 404, says: 'the key does not exist in this tenant', monitored: 'NOT_FOUND',
      arrange: async (stage) => step(await stage.tenant(), method, 'key_nobody'),
    },
    {
      rule: 'BI-APIKEY-004', what: `${method} of another tenant's key`, status: 404, says: 'the key does not exist in this tenant', monitored: 'NOT_FOUND',
      arrange: async (stage) => step(await stage.tenant(), method, (await stage.key(await stage.tenant())).id),
    },
  ]),
  ...KEY_STATES.flatMap(({ state, enter, refused }) =>
    METHODS.filter((method) => refused[method] !== undefined).map((method): Negative => ({
      rule: 'BI-APIKEY-004', what: `${method} of a key that is ${state}`, status: 409, says: refused[method] ?? '', monitored: 'STEP_REFUSED',
      arrange: async (stage) => {
        const tenant = await stage.tenant();
        const { id } = await stage.key(tenant);
        await enter(stage, tenant, id);
        return step(tenant, method, id);
      },
    })),
  ),
  ...UNDOABLE_NO_MORE.map(({ because, happens, says }): Negative => ({
    rule: 'BI-APIKEY-004', what: `the undoing of a rotation that ${because}`, status: 409, says, monitored: 'STEP_REFUSED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const old = await stage.key(tenant);
      const pair = { old: old.id, new: (await rotated(stage, tenant, old.id)).id };
      await happens(stage, tenant, pair);
      return undoRotation(tenant, pair.new);
    },
  })),
];
