import type { ReadyWrite } from './bypass.ts';
import { byAdmin, createKey, onKey, rotateKey, undoRotation } from './stage.ts';

/** Every write of the keys' domain, in a state in which it goes through. */
export const apiKeyWrites: readonly ReadyWrite[] = [
  { method: 'create', own: ['permissions'], arrange: async (stage) => createKey(await stage.tenant()) },
  ...(['revoke', 'freeze'] as const).map((method): ReadyWrite => ({
    method,
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return onKey(tenant, method, (await stage.key(tenant)).id);
    },
  })),
  {
    method: 'unfreeze',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id } = await stage.key(tenant);
      await stage.do(onKey(tenant, 'freeze', id));
      return onKey(tenant, 'unfreeze', id);
    },
  },
  {
    method: 'rotate',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return rotateKey(tenant, (await stage.key(tenant)).id);
    },
  },
  {
    method: 'undo_rotation',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { key } = await stage.do<{ key: { id: string } }>(rotateKey(tenant, (await stage.key(tenant)).id));
      return undoRotation(tenant, key.id);
    },
  },
  {
    method: 'update', own: ['permissions'],
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return byAdmin(tenant, 'api_keys.write', 'update', { keyId: (await stage.key(tenant)).id, version: 1, name: 'renamed' });
    },
  },
];
