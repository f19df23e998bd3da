import { expect } from 'vitest';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { authenticated } from './authentication.ts';
import { ALL_OF_CUS } from './permissions.ts';
import { at, isOdd } from './pick.ts';
import { hasExpired, type ModelKey, type ModelTenant, type State } from './state.ts';
import type { World } from './world.ts';

/** Who is to ask. */
export type ActorPlan =
  | { readonly as: 'operator' | 'reader' | 'gateway' | 'nobody' }
  /**
   * A tenant's key, presented from an address. `isUnderWay`: where the key has ended meanwhile, its last principal asks nevertheless, as a
   * request does that was authenticated just before.
   */
  | { readonly as: 'first' | 'limited' | 'any'; readonly index: number; readonly address: string; readonly isUnderWay: boolean };

/** The principal that asks, by authentication where it is a key; undefined where authentication turns it away. */
export async function principalOf(state: State, world: World, plan: ActorPlan, tenant: ModelTenant): Promise<Principal | null | undefined> {
  switch (plan.as) {
    case 'operator':
      return world.hoc.operator;
    case 'reader':
      return world.reader;
    case 'gateway':
      return world.gateway;
    case 'nobody':
      return null;
    case 'first':
    case 'limited':
    case 'any': {
      const key = keyFor(plan.as, plan.index, tenant, state.now);
      if (key === null) return world.hoc.operator;
      const principal = await authenticate(state, world, key, plan.address);
      return principal ?? (plan.isUnderWay ? world.sessions.get(key.id) : undefined);
    }
    default:
      return plan satisfies never;
  }
}

function keyFor(as: 'first' | 'limited' | 'any', index: number, { keys }: ModelTenant, now: number): ModelKey | null {
  if (as === 'any' || isOdd(index)) return at(keys, index) ?? null;
  const management = keys.filter(({ kind }) => kind === 'MANAGEMENT');
  const usable = management.filter((key) => key.status === 'ACTIVE' && !hasExpired(key, now));
  const isLimited = ({ permissions, grantable }: ModelKey): boolean => permissions.length < ALL_OF_CUS.length || grantable !== null;
  // The first key, or its successor, or whichever may do everything; where none may, whichever there is.
  const meant = as === 'first' ? usable.filter((key) => !isLimited(key)).slice(0, 1) : usable.filter(isLimited);
  return at(meant.length > 0 ? meant : usable.length > 0 ? usable : management, index) ?? null;
}

/** Presents the key's token, and holds the answer against the model's. */
async function authenticate(state: State, world: World, key: ModelKey, address: string): Promise<Principal | undefined> {
  const expected = authenticated(state, key.token, address);
  const result = await world.hoc.registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token: key.token, address } });
  const told = result.ok ? { value: result.value } : { code: result.denial.code, status: result.denial.status, violations: [] };
  const outcome = `authenticate ${result.ok ? 'ok' : result.denial.code}`;
  world.seen.set(outcome, (world.seen.get(outcome) ?? 0) + 1);
  expect(told, `whom the token of ${key.id} speaks for`).toEqual(expected);
  if (!result.ok) return undefined;
  // Just held against the model's answer, whose shape this is.
  const { permissions, ...who } = result.value as Omit<Principal, 'permissions'> & { readonly permissions: readonly string[] };
  const principal: Principal = { ...who, permissions: new Set(permissions) };
  world.sessions.set(key.id, principal);
  return principal;
}
