import { showKey } from './key.ts';
import { newestFirst } from './newest-first.ts';
import type { ReadModel } from './operation.ts';
import { NOT_FOUND } from './rules.ts';
import { keyOf } from './state.ts';

/** What a list of keys can be asked for. */
export interface ListInput {
  readonly status?: string;
  readonly projectId?: string;
  readonly environment?: string;
  readonly ownerRef?: string;
  readonly namePrefix?: string;
}

const listAt = (address: 'api_keys.query' | 'api_keys.write'): ReadModel<ListInput> => ({
  kind: 'read', address: [address, 'list'], planes: ['cus'], permission: 'hoc:keys.read', tenancy: 'tenant', isPaged: true,
  run: ({ tenant, input }) => ({
    value: {
      items: tenant === null ? [] : newestFirst(tenant.keys)
        .filter((key) => {
          const same = (asked: string | undefined, is: string | null): boolean => asked === undefined || asked === is;
          return same(input.status, key.status) && same(input.projectId, key.projectId) && same(input.environment, key.environment) &&
            same(input.ownerRef, key.ownerRef) && key.name.startsWith(input.namePrefix ?? '');
        })
        .map((key) => showKey(tenant, key)),
      nextCursor: null,
    },
  }),
});

export const list: ReadModel<ListInput> = listAt('api_keys.query');
export const listOnWrite: ReadModel<ListInput> = listAt('api_keys.write');

export const get: ReadModel<{ readonly keyId: string }> = {
  kind: 'read', address: ['api_keys.query', 'get'], planes: ['cus'], permission: 'hoc:keys.read', tenancy: 'tenant',
  run: ({ tenant, input }) => {
    const key = keyOf(tenant, input.keyId);
    return key === null || tenant === null ? NOT_FOUND : { value: showKey(tenant, key) };
  },
};
