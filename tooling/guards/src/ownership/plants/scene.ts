import type { Finding } from '../../core/finding.ts';
import { judgeTree, type Plant, type Tree } from '../../core/plant.ts';
import type { LiveOperation, LiveRegistry, LiveRoute } from '../live-registry.ts';
import { ownershipGuard } from '../ownership.guard.ts';
import type { OwnershipConfig } from '../ownership-config.ts';

/** A small application: the files that differ from {@link SOUND}, and what it has registered. */
export interface OwnershipScene {
  readonly files?: Tree;
  /** Of what {@link LIVE} has. */
  readonly live?: Partial<LiveRegistry>;
}

export type OwnershipPlant = Plant<OwnershipScene>;

/** Where the plants' factories are. */
export const KERNEL = 'packages/spine/src/kernel/operation.ts';
export const CREATE = 'packages/spine/src/domains/keys/create.ts';
export const OPEN = 'packages/spine/src/domains/accounts/open.ts';
export const ISSUE = 'packages/engines/src/keys/issue.ts';
export const STORE = 'packages/drivers/src/keys/store.ts';

/** Two domains, each with an operation, an engine and a driver, and two planes. */
const SOUND: Tree = {
  'packages/spine/package.json': '{ "name": "@plant/spine" }',
  'packages/engines/package.json': '{ "name": "@plant/engines" }',
  'packages/drivers/package.json': '{ "name": "@plant/drivers" }',
  [KERNEL]: [
    'export const writeOperation = <Scope>() => (definition: object) => definition;',
    'export const readOperation = <Scope>() => (definition: object) => definition;',
  ].join('\n'),
  [CREATE]: "import { issue } from '@plant/engines/keys/issue';\nimport { writeOperation } from '../../kernel/operation.ts';\nexport const create = writeOperation<Scope>()({ address: ['keys.write', 'create'], run: () => issue() });\n",
  [OPEN]: "import { check } from '@plant/engines/keys/permission';\nimport { writeOperation } from '../../kernel/operation.ts';\nexport const open = writeOperation<Scope>()({ address: ['accounts.write', 'open'], run: () => check() });\n",
  [ISSUE]: 'export const issue = () => 1;\nexport interface Issued { readonly id: string }\n',
  'packages/engines/src/keys/permission.ts': 'export const check = () => true;\n',
  'packages/engines/src/accounts/balance.ts': 'export const balance = () => 1;\n',
  [STORE]: 'export class KeyStore {}\n',
  'packages/drivers/src/database/open.ts': "import { KeyStore } from '../keys/store.ts';\nexport const stores = () => [new KeyStore()];\n",
  'packages/api/src/admin/routes.ts': "export const routes = [\n  { method: 'POST', path: '/accounts', operation: ['accounts.write', 'open'] },\n  { method: 'POST', path: '/keys', operation: ['keys.write', 'create'] },\n];\n",
  'packages/api/src/tenant/routes.ts': "export const routes = [{ method: 'POST', path: '/keys', operation: ['keys.write', 'create'] }];\n",
};

/** An operation as it may be registered. */
export const operation = (change: Partial<LiveOperation> = {}): LiveOperation => ({
  address: 'keys.write', method: 'create', kind: 'write', anchor: 'key.create', planes: ['admin', 'tenant'], invariants: ['BI-KEY-001'], exemption: null,
  place: `${CREATE}:3`, ...change,
});

/** The other operation of {@link SOUND}. */
export const opening: LiveOperation = operation({ address: 'accounts.write', method: 'open', anchor: 'account.open', planes: ['admin'], place: `${OPEN}:3` });

/** A route as it may be bound. */
export const route = (change: Partial<LiveRoute> = {}): LiveRoute => ({
  plane: 'tenant', method: 'POST', path: '/keys', dispatches: [['keys.write', 'create']], place: 'packages/api/src/tenant/routes.ts', ...change,
});

export const LIVE: LiveRegistry = {
  operations: [operation(), opening],
  invariants: [],
  routes: [route(), route({ plane: 'admin', path: '/accounts', dispatches: [['accounts.write', 'open']], place: 'packages/api/src/admin/routes.ts' })],
};

const CONFIG: Omit<OwnershipConfig, 'live'> = {
  operations: {
    files: ['packages/*/src/**'], except: ['**/*.test.ts'], key: 'address', folder: 'packages/spine/src/domains/{domain}/',
    factories: [{ module: KERNEL, name: 'writeOperation', calls: 2 }, { module: KERNEL, name: 'readOperation', calls: 2 }],
  },
  engines: {
    owned: ['packages/engines/src/{domain}/', 'packages/drivers/src/{domain}/'],
    callers: ['packages/spine/src/domains/{domain}/'],
    shared: ['database'],
    common: ['packages/spine/src/domains/*.ts'],
    mayUse: [{ domain: 'accounts', uses: ['packages/engines/src/keys/permission.ts'], reason: 'Accounts hold permissions of the same grammar.' }],
  },
  dispatch: { files: ['packages/api/src/**'], except: ['**/*.test.ts'], folder: 'packages/api/src/{plane}/', outside: ['packages/api/src/http/{dispatch,authentication}.ts'], address: String.raw`[a-z]+\.(?:write|query)`, method: 'method', calls: ['execute'] },
};

/** Judges a scene by the guard itself, on the plants' own configuration. */
export const judgeScene = ({ files = {}, live = {} }: OwnershipScene): Promise<readonly Finding[]> =>
  judgeTree(ownershipGuard({ ...CONFIG, live: () => Promise.resolve({ ...LIVE, ...live }) }), { ...SOUND, ...files });

/** The ids of the rules that the plants' configuration brings about. */
export const RULES: readonly string[] = ownershipGuard({ ...CONFIG, live: () => Promise.resolve(LIVE) }).rules.map(({ id }) => id);
