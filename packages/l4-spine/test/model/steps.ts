import fc from 'fast-check';
import * as account from './account.ts';
import type { ActorPlan } from './actor.ts';
import * as governance from './governance.ts';
import type { Settings } from './key.ts';
import * as lists from './key-lists.ts';
import * as keys from './keys.ts';
import type { OperationModel, WriteModel } from './operation.ts';
import { ALL_OF_CUS } from './permissions.ts';
import { at } from './pick.ts';
import type { AskedLimit } from './rate-limit.ts';
import type { Json, ModelKey, ModelTenant, State } from './state.ts';
import { Advance, Again, Step, type Plan, type PlannedCall, type Ref, type View } from './step.ts';
import { forged, mistyped, ofNoTenant } from './tokens.ts';
import * as verification from './verification.ts';
import type { World } from './world.ts';

type Command = fc.AsyncCommand<State, World>;

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

const SERVICE = ['orders:read', 'orders:write', 'orders:*', 'billing:read', 'billing:*'] as const;
const ADDRESSES = ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', '192.0.2.8', '2001:db8::1', '2001:db9::1'] as const;
const RANGES = [[], ['10.0.0.0/8'], ['2001:db8::/32', '192.0.2.7'], ['::ffff:10.1.0.0/112'], ['192.0.2.4/30']] as const;
const RESOURCES = ['orders/1', 'orders/2'] as const;
const reason = fc.constantFrom('because', ' it had to be ');

/** One of several, each as often as its weight says. */
const weighted = <Value>(...entries: readonly (readonly [number, Value])[]): fc.Arbitrary<Value> =>
  fc.oneof(...entries.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

/** One time in so many. */
const rarely = <Value>(arbitrary: fc.Arbitrary<Value>, oneIn: number): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => rarely(arbitrary, 4);

const index = fc.nat(63);
const ref: fc.Arbitrary<Ref> = fc.record({ whose: weighted([24, 'own'], [1, 'other'], [1, 'nobody']), index });

const keyActor = (as: 'first' | 'limited' | 'any'): fc.Arbitrary<ActorPlan> =>
  fc.record({ as: fc.constant(as), index, address: weighted([6, '10.1.2.3'], [1, '192.0.2.7'], [1, '203.0.113.1']), isUnderWay: fc.boolean() });
const fixed = (as: 'operator' | 'reader' | 'gateway' | 'nobody'): fc.Arbitrary<ActorPlan> => fc.constant({ as });

const tenantActor = fc.oneof(
  { weight: 20, arbitrary: keyActor('first') },
  { weight: 8, arbitrary: keyActor('limited') },
  { weight: 2, arbitrary: keyActor('any') },
  { weight: 1, arbitrary: fc.oneof(fixed('operator'), fixed('gateway'), fixed('nobody')) },
);
const platformActor = fc.oneof(
  { weight: 24, arbitrary: fixed('operator') },
  { weight: 1, arbitrary: fixed('reader') },
  { weight: 1, arbitrary: keyActor('first') },
  { weight: 1, arbitrary: fc.oneof(fixed('gateway'), fixed('nobody')) },
);
const gatewayActor = fc.oneof({ weight: 30, arbitrary: fixed('gateway') }, { weight: 1, arbitrary: fc.oneof(fixed('operator'), fixed('nobody')) });

/** Most happens to the first tenant, which has the most to lose; the last of the first three is still CREATING. */
const ANY_TENANT = weighted([16, 0], [6, 1], [2, 2], [2, 3], [1, 7]);
const LATER_TENANT = weighted([1, 0], [4, 1], [4, 2], [4, 3], [1, 7]);

interface Where {
  readonly tenantIndex?: fc.Arbitrary<number>;
  /** Where the step has something to do. */
  readonly fits?: (tenant: ModelTenant) => boolean;
}

const isIn = (wanted: ModelTenant['status']) => ({ status }: ModelTenant): boolean => status === wanted;
const hasKeys = ({ keys: own }: ModelTenant): boolean => own.length > 0;

const planBy = (actor: fc.Arbitrary<ActorPlan>, { tenantIndex = ANY_TENANT, fits = actor === tenantActor ? hasKeys : () => true }: Where): fc.Arbitrary<Plan> =>
  fc.record({
    actor,
    tenantIndex,
    naming: weighted<Plan['naming']>([30, 'own'], [1, 'other'], [1, 'nobody'], [1, 'none']),
    idempotencyKey: rarely(fc.constantFrom('k1', 'k2', 'k3'), 8),
    fits: fc.constant(fits),
  });

/** A step: who asks, what is planned, and how that becomes a call when its turn comes. */
const step = <Planned>(
  name: string, actor: fc.Arbitrary<ActorPlan>, planned: fc.Arbitrary<Planned>, call: (planned: Planned, view: View) => PlannedCall, where: Where = {},
): fc.Arbitrary<Command> =>
  fc.tuple(planBy(actor, where), planned).map(([plan, details]) => new Step(name, plan, (view) => call(details, view)));

const call = <Input extends object>(operation: OperationModel<Input>, input: Input, pageSize?: number): PlannedCall => ({ operation, input, pageSize });

const createTenant = step(
  'create_tenant', platformActor,
  fc.record({ organization: fc.oneof({ weight: 9, arbitrary: index }, { weight: 1, arbitrary: fc.constant(null) }), name: weighted([8, 'Acme'], [1, ' Padded '], [1, '   ']), plan: weighted([4, 'FREE'], [4, 'TINY'], [2, 'PRO'], [1, 'GOLD']) }),
  ({ organization, name, plan }, { state }) =>
    call(account.createTenant, {
      organizationId: (organization === null ? undefined : at(state.organizations, organization)?.id) ?? 'org_nobody', name, plan, contactEmail: 'admin@example.com',
    }),
);

const lifecycle = (operation: WriteModel<{ readonly reason: string }>, where: Where): fc.Arbitrary<Command> =>
  step(operation.address[1], platformActor, fc.record({ reason }), (input) => call(operation, input), where);

/** The longest there are: what was taken still counts when the sequence ends, whatever the database's clock says. */
const windowMs = 2_678_400_000;
const rateLimits = fc.constantFrom<(readonly AskedLimit[])[]>(
  [], [{ name: 'many', limit: 4, windowMs }], [{ name: 'few', limit: 2, windowMs, mode: 'LOCAL' }, { name: 'many', limit: 5, windowMs: windowMs - 1000, algorithm: 'FIXED' }],
  [{ name: 'few', limit: 2, windowMs }, { name: 'many', limit: 4, windowMs }], [{ name: 'few', limit: 1, windowMs }, { name: 'few', limit: 2, windowMs }],
);
const limits = fc.record({ rateLimits });

const service = fc.uniqueArray(fc.constantFrom(...SERVICE), { maxLength: 3 });
const management = fc
  .tuple(fc.oneof({ weight: 1, arbitrary: fc.constant(ALL_OF_CUS) }, { weight: 2, arbitrary: fc.uniqueArray(fc.constantFrom(...ALL_OF_CUS), { minLength: 1, maxLength: 11 }) }), service)
  .map(([hoc, others]) => [...hoc, ...others]);
const grantable = fc.constantFrom<(readonly string[] | null)[]>(null, ['orders:*'], ['orders:read'], []);

const settings = fc.record({
  allowedAddresses: maybe(fc.constantFrom(...RANGES)),
  expiresIn: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 4, arbitrary: fc.constantFrom(SECOND, HOUR, DAY, 30 * DAY) }, { weight: 1, arbitrary: fc.constantFrom(0, -HOUR, null) }),
  metadata: maybe(fc.constantFrom<Json[]>({}, { plan: 'a' }, { n: 1.5, deep: { list: [1, null, 'x', { at: true }] } })),
  ownerRef: maybe(fc.constantFrom('user-1', ' user-2 ', null)),
  rateLimits: maybe(rateLimits),
  credits: maybe(fc.constantFrom({ remaining: 0 }, { remaining: 3 }, { remaining: 20, refill: null }, null)),
  maxConcurrent: maybe(fc.constantFrom(1, 3, null)),
});
type PlannedSettings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

const shown = ({ expiresIn, ...rest }: PlannedSettings, view: View): Settings =>
  given({ ...rest, expiresAt: typeof expiresIn === 'number' ? view.after(expiresIn) : expiresIn });

/** Without what is undefined: what is not said is not sent. */
const given = (fields: Readonly<Record<string, unknown>>): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const createKey = step(
  'create', fc.oneof({ weight: 6, arbitrary: tenantActor }, { weight: 1, arbitrary: platformActor }),
  fc.record({
    name: fc.constantFrom('alpha', 'alpine', ' beta '),
    environment: fc.constantFrom('live' as const, 'test' as const),
    permissions: fc.oneof<fc.MaybeWeightedArbitrary<readonly string[]>[]>(
      { weight: 10, arbitrary: service },
      { weight: 6, arbitrary: management },
      { weight: 1, arbitrary: fc.constantFrom(['hoc:*'], ['hoc:tenants.create'], ['orders:read', 'orders:read']) },
    ),
    grantable: maybe(grantable),
    allowedResources: fc.constantFrom(undefined, [], ['orders/1'], ['orders/1', 'orders/2']),
    project: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 4, arbitrary: ref }, { weight: 1, arbitrary: fc.constant(null) }),
    isFree: fc.boolean(),
    settings,
  }),
  ({ name, environment, permissions, grantable: asked, allowedResources, project, isFree, settings: planned }, view) => {
    const isManagement = permissions.some((permission) => permission.startsWith('hoc:'));
    // Half of the calls keep what their kind cannot have; the others leave it out, or most would be malformed.
    const kept = { ...(isManagement && isFree ? {} : { allowedResources }), ...(isManagement || !isFree ? { grantable: asked } : {}) };
    const metered = isManagement && isFree ? { rateLimits: undefined, credits: undefined, maxConcurrent: undefined } : {};
    return call(keys.create, {
      name, environment, permissions, ...shown({ ...planned, ...metered }, view), ...given(kept),
      ...given({ projectId: project === undefined || project === null ? project : view.projectId(project) }),
    });
  },
);

/** Not what operators have made: a tenant that ends its own first key is soon left to do nothing. */
const notFirst = ({ createdBy }: ModelKey): boolean => createdBy.plane !== 'fdr';

const onKey = (operation: WriteModel<keys.StepInput>, fits: (key: ModelKey) => boolean): fc.Arbitrary<Command> =>
  step(operation.address[1], tenantActor, fc.record({ ref, reason }), ({ ref: one, reason: why }, view) => call(operation, { keyId: view.keyId(one, fits), reason: why }));


const rotate = step(
  'rotate', tenantActor, fc.record({ ref, overlapSeconds: weighted([2, 0], [3, 60], [6, 7 * 24 * 3600], [1, 30 * 24 * 3600], [1, 30 * 24 * 3600 + 1]) }),
  ({ ref: one, overlapSeconds }, view) => call(keys.rotate, { keyId: view.keyId(one, (key) => key.status === 'ACTIVE' && key.rotatedTo === null), overlapSeconds }),
);

const undoRotation = step('undo_rotation', tenantActor, ref, (one, view) =>
  call(keys.undoRotation, { keyId: view.keyId(one, (key) => key.rotatedFrom !== null && key.rotatedTo === null && key.status !== 'REVOKED') }),
);

const update = step(
  'update', tenantActor,
  fc.record({
    ref, version: weighted([8, 0], [1, -1], [1, 1]), name: maybe(fc.constantFrom('gamma', ' alpine two ')), permissions: maybe(fc.oneof(service, management)),
    grantable: maybe(grantable), allowedResources: maybe(fc.constantFrom([], ['orders/2'])), isMinimal: fc.boolean(), settings,
  }),
  ({ ref: one, version, name, permissions, grantable: asked, allowedResources, isMinimal, settings: planned }, view) => {
    const keyId = view.keyId(one, (key) => key.status !== 'REVOKED' && notFirst(key));
    const key = view.state.tenants.flatMap((tenant) => tenant.keys).find(({ id }) => id === keyId);
    const change = isMinimal ? { permissions, name } : { ...shown(planned, view), permissions, name, grantable: asked, allowedResources };
    return call(keys.update, { keyId, version: Math.max((key?.version ?? 1) + version, 1), ...given(change) });
  },
);

const pageSize = fc.constantFrom(undefined, 1, 2, 7);

const listKeys = step(
  'list', tenantActor,
  fc.record({
    isOnWrite: fc.boolean(), pageSize, status: maybe(fc.constantFrom('ACTIVE', 'FROZEN', 'REVOKED')), environment: maybe(fc.constantFrom('live', 'test')),
    ownerRef: maybe(fc.constantFrom('user-1', 'user-2')), namePrefix: maybe(fc.constantFrom('al', 'alpine', 'First')), project: maybe(ref),
  }),
  ({ isOnWrite, pageSize: size, project, ...filter }, view) =>
    call(isOnWrite ? lists.listOnWrite : lists.list, given({ ...filter, projectId: project === undefined ? undefined : view.projectId(project) }), size),
);

const getKey = step('get', tenantActor, ref, (one, view) => call(lists.get, { keyId: view.keyId(one) }));

const { query } = fc.letrec<{ query: Json; leaf: Json }>((tie) => ({
  leaf: fc.constantFrom('orders:read', 'orders:write', 'orders:*', 'billing:read', 'other:read'),
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ and: fc.array(tie('query'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ or: fc.array(tie('query'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie('query') }),
  ),
}));

type Form = 'as shown' | 'mistyped' | 'forged' | 'of no tenant' | 'of an operator' | 'nonsense';

const verify = step(
  'verify', gatewayActor,
  fc.record({
    ref, form: weighted<Form>([20, 'as shown'], [1, 'mistyped'], [1, 'forged'], [1, 'of no tenant'], [1, 'of an operator'], [1, 'nonsense']),
    address: fc.option(fc.constantFrom(...ADDRESSES), { nil: undefined }), resource: fc.option(fc.constantFrom(...RESOURCES), { nil: undefined }),
    permissions: fc.option(query, { nil: undefined }), cost: maybe(fc.constantFrom(1, 2, 6)), acquire: maybe(fc.constant({ seconds: 3600 })),
  }),
  ({ ref: one, form, address, resource, permissions, cost, acquire }, view) => {
    const keyId = view.keyId({ ...one, whose: 'own' });
    const token = view.tenant.keys.find(({ id }) => id === keyId)?.token ?? ofNoTenant();
    const presented = {
      'as shown': token, mistyped: mistyped(token), forged: forged(token), 'of no tenant': ofNoTenant(), 'of an operator': view.world.hoc.operatorToken, nonsense: 'Bearer?',
    }[form];
    return call(verification.verify, { token: presented, ...given({ address, resource, permissions, cost, acquire }) });
  },
  { fits: hasKeys },
);

const isMetered = (key: ModelKey): boolean => key.status === 'ACTIVE' && (key.rateLimits.length > 0 || key.hasCredits || key.maxConcurrent !== null);

/** The verification of a key that meters have something to say of, by someone who asks nothing that it would be refused for. */
const use = step(
  'verify', fixed('gateway'),
  fc.record({ ref, cost: fc.constantFrom(undefined, 1, 3), acquire: weighted([1, undefined], [2, { seconds: 3600 }]) }),
  ({ ref: one, cost, acquire }, view) => {
    const keyId = view.keyId({ index: one.index * 2, whose: 'own' }, isMetered);
    const key = view.tenant.keys.find(({ id }) => id === keyId) ?? view.tenant.keys[0];
    return call(verification.verify, { token: key?.token ?? ofNoTenant(), ...given({ cost, acquire, resource: key?.allowedResources[0], address: '10.1.2.3' }) });
  },
  { fits: (tenant) => tenant.status === 'ACTIVE' && tenant.keys.some(isMetered) },
);

const setMode = step(
  'set_mode', platformActor,
  fc.record({
    invariantId: fc.oneof({ weight: 20, arbitrary: fc.constantFrom<string[]>(...governance.IDS) }, { weight: 1, arbitrary: fc.constant('BI-NONE-001') }),
    mode: weighted([6, 'MONITOR' as const], [2, 'ENFORCE' as const], [3, 'STRICT' as const]),
    isForAll: weighted([3, false], [1, true]), owner: weighted([12, 'the team'], [1, undefined]),
    expiresIn: weighted([4, HOUR], [4, DAY], [1, -HOUR], [1, undefined]),
  }),
  ({ invariantId, mode, owner, expiresIn }, view) =>
    call(governance.setMode, { invariantId, mode, reason: 'roll-out', ...given({ owner, expiresAt: expiresIn === undefined ? undefined : view.after(expiresIn) }) }),
);

/** What MONITOR is most often tried on: the rules that a sequence meets all the time. */
const monitor = fc
  .tuple(weighted<Plan['naming']>([2, 'own'], [1, 'none']), ANY_TENANT, fc.constantFrom('BI-APIKEY-001', 'BI-APIKEY-002', 'BI-APIKEY-003', 'BI-APIKEY-004', 'BI-APIKEY-005', 'BI-TENANT-001', 'BI-TENANT-004'))
  .map(([naming, tenantIndex, invariantId]) =>
    new Step('set_mode', { actor: { as: 'operator' }, tenantIndex, naming, idempotencyKey: undefined }, (view) =>
      call(governance.setMode, { invariantId, mode: 'MONITOR', owner: 'the team', reason: 'roll-out', expiresAt: view.after(DAY) }),
    ),
  );

const EVERYTHING: readonly (readonly [number, fc.Arbitrary<Command>])[] = [
  [1, step('create_organization', platformActor, fc.record({ name: fc.constantFrom('Other', ' Padded ', '  ') }), (input) => call(account.createOrganization, input))],
  [3, createTenant],
  [3, step('provision', platformActor, fc.constant({}), (input) => call(account.provision, input), { tenantIndex: LATER_TENANT, fits: isIn('CREATING') })],
  [4, lifecycle(account.suspend, { fits: isIn('ACTIVE') })],
  [8, lifecycle(account.resume, { fits: isIn('SUSPENDED') })],
  [2, lifecycle(account.terminate, { tenantIndex: LATER_TENANT })],
  [2, lifecycle(account.archive, { tenantIndex: LATER_TENANT, fits: isIn('TERMINATED') })],
  [2, step('set_rate_limits', platformActor, limits, (input) => call(account.setRateLimits, input))],
  [2, step('set_owner_rate_limits', tenantActor, limits, (input) => call(account.setOwnerRateLimits, input))],
  [5, step('create_project', tenantActor, fc.record({ name: fc.constantFrom('web', ' mobile ') }), (input) => call(account.createProject, input))],
  [3, step('archive_project', tenantActor, fc.record({ ref, reason }), (planned, view) => call(account.archiveProject, { projectId: view.projectId(planned.ref), reason: planned.reason }))],
  [26, createKey],
  [5, onKey(keys.revoke, (key) => key.status !== 'REVOKED' && notFirst(key))],
  [6, onKey(keys.freeze, (key) => key.status === 'ACTIVE' && notFirst(key))],
  [6, onKey(keys.unfreeze, ({ status }) => status === 'FROZEN')],
  [9, rotate],
  [8, undoRotation],
  [10, update],
  [5, listKeys],
  [3, getKey],
  [16, verify],
  [14, use],
  [2, step('get_tenant', platformActor, fc.constant({}), (input) => call(account.getTenant, input))],
  [2, step('tenant_overview', tenantActor, fc.constant({}), (input) => call(account.overview, input))],
  [2, step('list_projects', tenantActor, fc.record({ status: maybe(fc.constantFrom('ACTIVE', 'ARCHIVED')), size: pageSize }), ({ status, size }) => call(account.listProjects, given({ status }), size))],
  [1, step('audit', tenantActor, fc.constant({}), (input) => call(governance.verifyChain, input))],
  [2, step('scan', platformActor, fc.record({ invariantId: fc.constantFrom<string[]>(...governance.IDS) }), (input) => call(governance.scan, input))],
  [1, step('invariants', platformActor, fc.constant({}), (input) => call(governance.modesInForce, input))],
  [4, setMode],
  [3, monitor],
  [1, step('set_degraded', platformActor, fc.constant({ isDegraded: true, reason: 'maintenance' }), (input) => call(governance.setDegraded, input))],
  [3, step('set_degraded', platformActor, fc.constant({ isDegraded: false, reason: 'done' }), (input) => call(governance.setDegraded, input))],
  [6, fc.tuple(index, weighted([3, false], [1, true])).map(([which, isAltered]) => new Again(which % 4, isAltered))],
  [3, fc.constantFrom(1, SECOND, 61 * SECOND, HOUR, DAY + 1).map((ms) => new Advance(ms))],
  [4, fc.record({ next: fc.nat(2), offset: fc.constantFrom(-1, 0, 1) }).map((by) => new Advance(by))],
];

/** The key that a tenant has beside its first one, when a sequence begins. */
export const firstServiceKey = (tenantIndex: number): Command =>
  new Step('create', { actor: { as: 'first', index: 0, address: '10.1.2.3', isUnderWay: false }, tenantIndex, naming: 'own', idempotencyKey: undefined }, ({ tenant }) =>
    call(keys.create, { name: 'worker', environment: 'live', permissions: ['orders:read'], projectId: tenant.projects[0]?.id ?? null, maxConcurrent: 1 }),
  );

/** Every command, as often as its weight says: the library draws evenly. */
export const commands: readonly fc.Arbitrary<Command>[] = EVERYTHING.flatMap(([weight, arbitrary]) => Array.from({ length: weight }, () => arbitrary));
