import { Registry } from '@hoc/l4-spine/kernel/registry';
import type { NoOpStorage } from '../no-op-storage.ts';

/** A registry over storage that does nothing, which tells of failures alone. */
export const quietRegistry = <Scope>(storage: NoOpStorage<Scope>, lockOrder: readonly string[]): Registry<Scope, Scope, Scope> =>
  new Registry({
    storage, lockOrder, newViolationId: () => 'vio_bench', fingerprints: (request) => [request], reporter: { failure: ({ error }) => console.error(error) },
  });
