import type { Registry } from '@hoc/l4-spine/kernel/registry';

/** What the HTTP layer needs of the spine: to dispatch, and to know what there is. The kernel's registry is one. */
export type Spine = Pick<Registry<unknown, unknown, unknown>, 'execute' | 'operation' | 'moment'>;

/** Which operation: its address and its method. */
export type Address = readonly [operation: string, method: string];
