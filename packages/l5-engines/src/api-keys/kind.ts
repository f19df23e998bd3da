import { isManagementPermission } from '../permission.ts';
import type { ApiKey } from './key.ts';

export type KeyKind = ApiKey['kind'];

/** The counter of live keys that a kind moves. */
export type KeyCounter = 'LIVE_SERVICE_KEYS' | 'LIVE_MANAGEMENT_KEYS';

/** How far a decision moves a counter of live keys. */
export interface CounterDelta {
  readonly counter: KeyCounter;
  readonly delta: number;
}

/** A key with a `hoc:` permission is a management key, every other a service key. Fixed when the key is made. */
export const kindOf = (permissions: readonly string[]): KeyKind => (permissions.some(isManagementPermission) ? 'MANAGEMENT' : 'SERVICE');

export const counterOf = (kind: KeyKind): KeyCounter => {
  switch (kind) {
    case 'SERVICE':
      return 'LIVE_SERVICE_KEYS';
    case 'MANAGEMENT':
      return 'LIVE_MANAGEMENT_KEYS';
    default:
      return kind satisfies never;
  }
};
