import { DISPATCH_OUTSIDE, FORBIDDEN_PLANE, UNKNOWN_DISPATCH } from '../rules.ts';
import { LIVE, opening, operation, route, type OwnershipPlant } from './scene.ts';

const COMPOSED = 'packages/api/src/tenant/composed.ts';
const dispatching = (address: string, ...before: readonly string[]): string => `${before.join('\n')}\nexport const run = ({ execute }) => execute(${address}, { input: {} });\n`;

const plant = (rule: string, disguise: string, violation: Readonly<Record<string, string>>, nearMiss: Readonly<Record<string, string>>): OwnershipPlant => ({
  rule, disguise, violation: { files: violation }, nearMiss: { files: nearMiss },
});
const LIST = 'packages/spine/src/domains/keys/list.ts';
const AUTHENTICATE = 'packages/spine/src/domains/auth/authenticate.ts';
const DEFINES = (address: string): string => `import { readOperation } from '../../kernel/operation.ts';\nexport const made = readOperation<Scope>()({ address: [${address}] });\n`;
const SHARED = 'packages/api/src/http/addresses.ts';
const TUPLES = "export const OPEN = ['accounts.write', 'open'];\nexport const CREATE = ['keys.write', 'create'];\nexport const CLOSE = 'clo' + 'se';\nexport const NAME = 'create';\n";

/** Dispatches by something else than a plain call, and the same where the address can be told. */
const HANDED: readonly (readonly string[])[] = [
  ['by call', "export const run = (d) => d.execute.call(undefined, d.input['a']);\n", "export const run = (d) => d.execute.call(undefined, ['keys.write', 'create']);\n"],
  ['by apply', 'export const run = (d) => d.execute.apply(undefined, [d.input.a]);\n', "export const run = (d) => d.execute.apply(undefined, [['keys.write', 'create']]);\n"],
  ['by apply of a list that is given', 'export const run = (d) => d.execute.apply(undefined, d.input.all);\n', "export const run = (d) => d.note.apply(undefined, d.input.all);\n"],
  ['by bind', 'export const run = (d) => d.execute.bind(d)(d.input.a);\n', "export const run = (d) => d.execute.bind(d)(['keys.write', 'create']);\n"],
  ['by bind of an address', 'export const run = (d) => d.execute.bind(d, d.input.a);\n', "export const run = (d) => d.execute.bind(d, ['keys.write', 'create']);\n"],
  ['by reflection', 'export const run = (d) => Reflect.apply(d.execute, d, [d.input.a]);\n', 'export const run = (d) => Reflect.apply(d.note, d, [d.input.a]);\n'],
  ['handed to a helper', 'export const run = ({ execute, others }) => others.go(execute);\n', "export const run = ({ execute, others }) => others.go(execute(['keys.write', 'create']));\n"],
  ['bound, and handed to a helper', 'export const run = (d) => d.others.go(d.execute.bind(d));\n', 'export const run = (d) => d.others.go(d.note.bind(d));\n'],
  ['in an object', 'export const run = ({ execute, others }) => others.go({ execute });\n', 'export const run = ({ note, others }) => others.go({ execute: note });\n'],
];

/** Dispatches of what does not exist, or is not for the plane. */
export const dispatchPlants: readonly OwnershipPlant[] = [
  {
    rule: UNKNOWN_DISPATCH.id,
    disguise: 'a live route',
    violation: { live: { routes: [...LIVE.routes, route({ path: '/keys/close', dispatches: [['keys.write', 'close']] })] } },
    nearMiss: { live: { routes: [...LIVE.routes, route({ path: '/keys/close' })] } },
  },
  {
    rule: UNKNOWN_DISPATCH.id,
    disguise: 'what a live route dispatches besides its own',
    violation: { live: { routes: [route({ dispatches: [['keys.write', 'create'], ['keys.query', 'create']] })] } },
    nearMiss: { files: { [LIST]: DEFINES("'keys.query', 'create'") }, live: { operations: [operation(), opening, operation({ address: 'keys.query', kind: 'read', anchor: null, place: `${LIST}:2` })], routes: [route({ dispatches: [['keys.write', 'create'], ['keys.query', 'create']] })] } },
  },
  plant(UNKNOWN_DISPATCH.id, 'a method that does not exist', { [COMPOSED]: dispatching("['keys.write', 'close']") }, { [COMPOSED]: dispatching("['keys.write', 'create']") }),
  plant(UNKNOWN_DISPATCH.id, 'an address that does not exist', { [COMPOSED]: dispatching("['keyz', 'create']") }, { [COMPOSED]: "export const names = ['keyz', 'create'];\n" }),
  plant(
    UNKNOWN_DISPATCH.id, 'address and method apart',
    { [COMPOSED]: "export const run = (spine) => spine.execute('keys.write', { method: 'close' });\n" },
    { [COMPOSED]: "export const run = (spine) => spine.execute('keys.write', { method: 'create' });\n" },
  ),
  plant(UNKNOWN_DISPATCH.id, 'a constant', { [COMPOSED]: dispatching('CLOSE', "const CLOSE: Address = ['keys.write', 'close'];") }, { [COMPOSED]: dispatching('CREATE', "const CREATE: Address = ['keys.write', 'create'];") }),
  plant(UNKNOWN_DISPATCH.id, 'put together', { [COMPOSED]: dispatching("[`${DOMAIN}.write`, 'clo' + 'se']", "const DOMAIN = 'keys';") }, { [COMPOSED]: dispatching("[`${DOMAIN}.write`, 'cre' + 'ate']", "const DOMAIN = 'keys';") }),
  plant(
    UNKNOWN_DISPATCH.id, 'constants of another file',
    { [SHARED]: TUPLES, [COMPOSED]: dispatching("['keys.write', CLOSE]", "import { CLOSE } from '../http/addresses.ts';") },
    { [SHARED]: TUPLES, [COMPOSED]: dispatching("['keys.write', NAME]", "import { NAME } from '../http/addresses.ts';") },
  ),
  plant(
    UNKNOWN_DISPATCH.id, 'under another name',
    { [COMPOSED]: "export const run = ({ execute: go }) => go(['keyz', 'create']);\n" },
    { [COMPOSED]: "export const run = ({ execute: go }) => go(['keys.write', 'create']);\n" },
  ),
  plant(
    UNKNOWN_DISPATCH.id, 'named in a table alone',
    { 'packages/api/src/tenant/more.routes.ts': "export const more = [{ method: 'GET', path: '/more', operation: ['keys.query', 'list'] }];\n" },
    { 'packages/api/src/tenant/more.routes.ts': "export const more = [{ method: 'POST', path: '/more', operation: ['keys.write', 'create'] }];\n" },
  ),
  plant(
    UNKNOWN_DISPATCH.id, 'an address that nobody can tell',
    { [COMPOSED]: 'export const run = ({ execute, input }) => execute(input.address, {});\n' },
    { 'packages/api/src/http/dispatch.ts': 'export const run = ({ execute, input }) => execute(input.address, {});\n' },
  ),
  {
    rule: FORBIDDEN_PLANE.id,
    disguise: 'a live route',
    violation: { live: { routes: [...LIVE.routes, route({ path: '/accounts', dispatches: [['accounts.write', 'open']] })] } },
    nearMiss: { live: { routes: [...LIVE.routes, route({ plane: 'admin', path: '/keys' })] } },
  },
  {
    rule: FORBIDDEN_PLANE.id,
    disguise: 'what a live route dispatches besides its own',
    violation: { live: { routes: [...LIVE.routes, route({ dispatches: [['keys.write', 'create'], ['accounts.write', 'open']] })] } },
    nearMiss: { live: { routes: [...LIVE.routes, route({ plane: 'admin', dispatches: [['keys.write', 'create'], ['accounts.write', 'open']] })] } },
  },
  {
    rule: FORBIDDEN_PLANE.id,
    disguise: 'an operation that is for no plane',
    violation: { files: { [AUTHENTICATE]: DEFINES("'auth.query', 'authenticate'"), [COMPOSED]: dispatching("['auth.query', 'authenticate']") }, live: { operations: [operation(), opening, operation({ address: 'auth.query', method: 'authenticate', kind: 'decide', anchor: null, planes: [], place: `${AUTHENTICATE}:2` })] } },
    nearMiss: { files: { [AUTHENTICATE]: DEFINES("'auth.query', 'authenticate'"), 'packages/api/src/http/authentication.ts': dispatching("['auth.query', 'authenticate']") }, live: { operations: [operation(), opening, operation({ address: 'auth.query', method: 'authenticate', kind: 'decide', anchor: null, planes: [], place: `${AUTHENTICATE}:2` })] } },
  },
  plant(FORBIDDEN_PLANE.id, 'dispatched in passing', { [COMPOSED]: dispatching("['accounts.write', 'open']") }, { 'packages/api/src/admin/composed.ts': dispatching("['accounts.write', 'open']") }),
  plant(
    FORBIDDEN_PLANE.id, 'a tuple of another file',
    { [SHARED]: TUPLES, [COMPOSED]: dispatching('OPEN', "import { OPEN } from '../http/addresses.ts';") },
    { [SHARED]: TUPLES, [COMPOSED]: dispatching('CREATE', "import { CREATE } from '../http/addresses.ts';") },
  ),
  plant(
    FORBIDDEN_PLANE.id, 'a tuple in a table',
    { [COMPOSED]: dispatching('ADDRESSES.accounts.open', "const ADDRESSES = { accounts: { open: ['accounts.write', 'open'] } };").replace('const', 'export const') },
    { [SHARED]: "export const ADDRESSES = { open: ['accounts.write', 'open'], create: ['keys.write', 'create'] };\n", [COMPOSED]: dispatching('ADDRESSES.create', "import { ADDRESSES } from '../http/addresses.ts';") },
  ),
  plant(
    FORBIDDEN_PLANE.id, 'a tuple in a namespace of a re-export',
    { [SHARED]: TUPLES, 'packages/api/src/http/all.ts': "export * as addresses from './addresses.ts';\n", [COMPOSED]: dispatching('all.addresses.OPEN', "import * as all from '../http/all.ts';") },
    { [SHARED]: TUPLES, 'packages/api/src/http/all.ts': "export * as addresses from './addresses.ts';\n", [COMPOSED]: dispatching('all.addresses.CREATE', "import * as all from '../http/all.ts';") },
  ),
  ...HANDED.map(([disguise = '', violation = '', nearMiss = '']) => plant(UNKNOWN_DISPATCH.id, disguise, { [COMPOSED]: violation }, { [COMPOSED]: nearMiss })),
  plant(FORBIDDEN_PLANE.id, 'by call', { [COMPOSED]: "export const run = (d) => d.execute.call(undefined, ['accounts.write', 'open']);\n" }, { [COMPOSED]: "export const run = (d) => d.execute.call(undefined, ['keys.write', 'create']);\n" }),
  plant(
    DISPATCH_OUTSIDE.id, 'a route that no table names',
    { 'packages/api/src/http/backdoor.ts': "export const open = (app, spine) => app.post('/open', async (r) => spine.execute('accounts.write', { method: 'open' }));\n" },
    { 'packages/api/src/http/backdoor.ts': "export const open = (app, spine) => app.post('/open', async (r) => spine.operation('accounts.write'));\n" },
  ),
  plant(
    DISPATCH_OUTSIDE.id, 'an address that is given, under another name',
    { 'packages/api/src/http/backdoor.ts': "export const open = ({ execute: go }, r) => go(r.address, {});\n" },
    { 'packages/api/src/http/dispatch.ts': "export const open = ({ execute: go }, r) => go(r.address, {});\n" },
  ),
  plant(
    DISPATCH_OUTSIDE.id, 'handed to others',
    { 'packages/api/src/http/backdoor.ts': 'export const open = (spine, others) => others.go(spine.execute);\n' },
    { 'packages/api/src/http/backdoor.ts': 'export const open = (spine, others) => others.go(typeof spine.execute);\n' },
  ),
];
