import type fc from 'fast-check';
import { principalOf, type ActorPlan } from './actor.ts';
import { ask } from './ask.ts';
import type { Asked } from './foresight.ts';
import type { OperationModel } from './operation.ts';
import { at, isOdd } from './pick.ts';
import { hasExpired, type Json, type ModelKey, type ModelTenant, type State } from './state.ts';
import type { World } from './world.ts';

/** One of the things that a tenant has, as a plan names it before anything exists. */
export interface Ref {
  readonly whose: 'own' | 'other' | 'nobody';
  readonly index: number;
}

/** What a plan can see when its turn comes. */
export interface View {
  readonly state: State;
  readonly world: World;
  readonly tenant: ModelTenant;
  /** The id of a key that a reference means: one that `fits`, mostly. */
  keyId(ref: Ref, fits?: (key: ModelKey) => boolean): string;
  projectId(ref: Ref): string;
  /** A time as ISO 8601, this many milliseconds from now. */
  after(ms: number): string;
}

export interface Plan {
  readonly actor: ActorPlan;
  readonly tenantIndex: number;
  /** Whether the call names its tenant: its own, another one, or none that there is. */
  readonly naming: 'own' | 'other' | 'nobody' | 'none';
  readonly idempotencyKey: string | undefined;
  /** The tenants that the step is meant for; where there is none, any will do. */
  fits?(tenant: ModelTenant): boolean;
}

export interface PlannedCall {
  readonly operation: OperationModel<never>;
  readonly input: object;
  readonly pageSize?: number | undefined;
}

/** One call by one actor; it always applies, for a denial is an answer too. */
export class Step implements fc.AsyncCommand<State, World> {
  readonly #name: string;
  readonly #plan: Plan;
  readonly #call: (view: View) => PlannedCall;
  #told = '';

  constructor(name: string, plan: Plan, call: (view: View) => PlannedCall) {
    this.#name = name;
    this.#plan = plan;
    this.#call = call;
  }

  check(): boolean {
    return true;
  }

  async run(state: State, world: World): Promise<void> {
    const { actor, tenantIndex, naming, idempotencyKey, fits } = this.#plan;
    const fitting = isOdd(tenantIndex) || fits === undefined ? [] : state.tenants.filter(fits);
    const tenant = at(fitting.length > 0 ? fitting : state.tenants, tenantIndex);
    if (tenant === undefined) throw new Error('a sequence begins with tenants');
    const principal = await principalOf(state, world, actor, tenant);
    this.#told = `${this.#name} by ${actor.as} of ${tenant.id}: not authenticated`;
    if (principal === undefined) return;
    const call = this.#call(viewOf(state, world, tenant));
    const others = state.tenants.filter(({ id }) => id !== tenant.id);
    const isOfTenant = principal?.plane === 'cus';
    const tenantId = { own: isOfTenant ? undefined : tenant.id, other: at(others, tenantIndex)?.id, nobody: 'tnt_nobody', none: undefined }[naming];
    // What goes over the wire is JSON, and so is what the model thinks of it.
    const input = JSON.parse(JSON.stringify(call.input)) as Json;
    const asked: Asked = { operation: call.operation, input, asker: principal, tenantId, idempotencyKey };
    this.#told = `${this.#name} by ${actor.as} ${principal?.id ?? ''} naming ${tenantId ?? '-'}${idempotencyKey === undefined ? '' : ` under ${idempotencyKey}`}: ${JSON.stringify(input)}`;
    if (idempotencyKey !== undefined && call.operation.kind === 'write') world.repeatables.push({ asked });
    await ask(state, world, asked, call.pageSize);
  }

  toString(): string {
    return this.#told === '' ? this.#name : this.#told;
  }
}

/** The same call under the same idempotency key again, or another one under it. */
export class Again implements fc.AsyncCommand<State, World> {
  readonly #index: number;
  readonly #isAltered: boolean;
  #told = 'again';

  constructor(index: number, isAltered: boolean) {
    this.#index = index;
    this.#isAltered = isAltered;
  }

  check(): boolean {
    return true;
  }

  async run(state: State, world: World): Promise<void> {
    const repeatable = at(world.repeatables.toReversed(), this.#index);
    if (repeatable === undefined) return;
    const { asked } = repeatable;
    const input = this.#isAltered ? altered(asked.input) : asked.input;
    this.#told = `again ${asked.operation.address[1]} under ${asked.idempotencyKey ?? ''}: ${JSON.stringify(input)}`;
    await ask(state, world, { ...asked, input });
  }

  toString(): string {
    return this.#told;
  }
}

function altered(input: Json): Json {
  if (!isObject(input)) return input;
  const field = ['reason', 'name'].find((name) => name in input);
  return field === undefined ? input : { ...input, [field]: 'altered' };
}

const isObject = (value: Json): value is { readonly [name: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Time goes by: so many milliseconds, or until just before, at or just after the next instant at which something ends. */
export class Advance implements fc.AsyncCommand<State, World> {
  readonly #by: number | { readonly next: number; readonly offset: number };
  #told = 'advance';

  constructor(by: number | { readonly next: number; readonly offset: number }) {
    this.#by = by;
  }

  check(): boolean {
    return true;
  }

  async run(state: State, world: World): Promise<void> {
    const by = this.#by;
    const instant = typeof by === 'number' ? state.now + by : (at(endings(state), by.next) ?? state.now) + by.offset;
    state.now = Math.max(state.now, instant);
    world.now = state.now;
    this.#told = `advance to ${new Date(state.now).toISOString()}`;
    await Promise.resolve();
  }

  toString(): string {
    return this.#told;
  }
}

/** The instants to come at which a key or a mode ends, the nearest first. */
function endings({ tenants, settings, now }: State): readonly number[] {
  const keys = tenants.flatMap((tenant) => tenant.keys).filter((key) => !hasExpired(key, now)).map(({ expiresAt }) => expiresAt);
  const modes = [...settings.values()].flatMap((ofScope) => [...ofScope.values()]).map(({ expiresAt }) => expiresAt);
  return [...keys, ...modes].filter((instant) => instant !== null && instant > now).sort((one, other) => Number(one) - Number(other)).map(Number).slice(0, 3);
}

function viewOf(state: State, world: World, tenant: ModelTenant): View {
  const others = state.tenants.filter(({ id }) => id !== tenant.id);
  const rowsFor = <Item>(whose: Ref['whose'], rows: (one: ModelTenant) => readonly Item[]): readonly Item[] =>
    whose === 'own' ? rows(tenant) : whose === 'other' ? others.flatMap(rows) : [];
  return {
    state, world, tenant,
    keyId: ({ whose, index }, fits = () => true) => {
      const keys = rowsFor(whose, (one) => one.keys);
      const fitting = keys.filter(fits);
      return at(isOdd(index) ? keys : fitting, index)?.id ?? 'key_nobody';
    },
    projectId: ({ whose, index }) => at(rowsFor(whose, (one) => one.projects), index)?.id ?? 'prj_nobody',
    after: (ms) => new Date(state.now + ms).toISOString(),
  };
}
