import { createComposed, expectOk, type Composed, type ComposedOptions } from '@hoc/testbed/composed';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import type { Backend } from '@hoc/testbed/databases';
import type { ChainEnds } from './chain.ts';
import type { Asked } from './foresight.ts';
import { PLATFORM, type State } from './state.ts';

/** A call that carried an idempotency key, so that it can be repeated. */
export interface Repeatable {
  readonly asked: Asked;
}

/** The system that is held against the model: one database for all sequences, one clock that the steps move. */
export interface World {
  readonly hoc: Composed;
  readonly reader: Principal;
  readonly gateway: Principal;
  readonly ends: ChainEnds;
  /** The clock of the registry. */
  now: number;
  /** Counts the calls, for their ids and for the report. */
  calls: number;
  /** Principals of keys as they were when they last authenticated: a request may be under way when its key ends. */
  readonly sessions: Map<string, Principal>;
  readonly repeatables: Repeatable[];
  /** How often each operation ended how. */
  readonly seen: Map<string, number>;
}

/** Every sequence begins here. */
export const START: number = Date.parse('2026-03-01T00:00:00.000Z');

/** Composes HOC on a fresh database, with the operators and the gateway that the steps act as, and a plan whose caps are met soon. */
export async function createWorld(substitute: Pick<ComposedOptions, 'substitute'> = {}, backend: Backend = 'pglite'): Promise<World> {
  const clock = { now: START };
  const hoc = await createComposed(backend, { ...substitute, clock: () => new Date(clock.now) });
  await hoc.db.asOwner(
    `insert into plans (name, max_service_keys, max_management_keys, max_projects, max_integrations, max_verifications_per_month)
     values ('TINY', 2, 3, 2, 3, 100000)`,
  );
  const principal = async (plane: 'int' | 'fdr', permissions: readonly string[]): Promise<Principal> => {
    const input = { plane, name: `model ${plane}`, permissions };
    const { token } = expectOk<{ token: string }>(await hoc.registry.execute('account.write', { method: 'create_token', principal: hoc.operator, input }));
    return hoc.principalOf(token);
  };
  return {
    hoc,
    reader: await principal('fdr', ['hoc:tenants.read', 'hoc:governance.read']),
    gateway: await principal('int', ['hoc:keys.verify']),
    ends: new Map(), calls: 0, sessions: new Map(), repeatables: [], seen: new Map(),
    get now() {
      return clock.now;
    },
    set now(at) {
      clock.now = at;
    },
  };
}

/** A fresh start for one sequence: nothing of an earlier one governs it, and what the platform's chain holds is taken as it is. */
export async function begin(world: World): Promise<State> {
  const { db } = world.hoc;
  await db.asOwner('delete from invariant_modes');
  await db.asOwner('delete from idempotency_records');
  await db.asOwner('update degraded_mode set is_degraded = false, reason = null');
  const [platform] = await db.asOwner<{ seq: number; hash: string; violations: number }>(
    `select seq::int, hash, (select count(*)::int from violations where tenant_id = 'platform') as violations from audit_heads where tenant_id = 'platform'`,
  );
  if (platform !== undefined) world.ends.set(PLATFORM, { seq: platform.seq, hash: platform.hash });
  world.now = START;
  world.sessions.clear();
  world.repeatables.length = 0;
  return {
    now: START, organizations: [], tenants: [], settings: new Map(), degraded: null, answers: new Map(),
    chains: new Map([[PLATFORM, platform?.seq ?? 0]]), violations: new Map([[PLATFORM, platform?.violations ?? 0]]),
  };
}
