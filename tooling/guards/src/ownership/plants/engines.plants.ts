import { FOREIGN_ENGINE, UNUSED_PERMISSION } from '../rules.ts';
import { OPEN, type OwnershipPlant } from './scene.ts';

const HUB = 'packages/spine/src/domains/keys/hub.ts';
const CLOSE = 'packages/spine/src/domains/accounts/close.ts';
const ENGINE = "'@plant/engines/keys/issue'";

const plant = (disguise: string, violation: Readonly<Record<string, string>>, nearMiss: Readonly<Record<string, string>>): OwnershipPlant => ({
  rule: FOREIGN_ENGINE.id, disguise, violation: { files: violation }, nearMiss: { files: nearMiss },
});

/** Domains that call others' engines and drivers, whatever they call them. */
export const enginePlants: readonly OwnershipPlant[] = [
  plant('as it is', { [CLOSE]: `import { issue } from ${ENGINE};\nexport const close = () => issue();\n` }, { [CLOSE]: `import type { Issued } from ${ENGINE};\nexport const close = (): Issued => ({ id: 'k' });\n` }),
  plant("another domain's driver", { [CLOSE]: "import { KeyStore } from '@plant/drivers/keys/store';\nexport const close = () => new KeyStore();\n" }, { [CLOSE]: "import { stores } from '@plant/drivers/database/open';\nexport const close = () => stores();\n" }),
  plant('by a path', { [CLOSE]: "import { issue as begin } from '../../../../engines/src/keys/issue.ts';\nexport const close = () => begin();\n" }, { [CLOSE]: "import { balance } from '../../../../engines/src/accounts/balance.ts';\nexport const close = () => balance();\n" }),
  plant('through a namespace', { [CLOSE]: `import * as keys from ${ENGINE};\nexport const close = () => keys['issue']();\n` }, { [CLOSE]: `import { type Issued } from ${ENGINE};\nexport const close = (): Issued => ({ id: 'k' });\n` }),
  plant(
    "through a re-export of the other domain's",
    { [HUB]: `export { issue as begin } from ${ENGINE};\n`, [CLOSE]: "import { begin } from '../keys/hub.ts';\nexport const close = () => begin();\n" },
    { [HUB]: `export { issue as begin } from ${ENGINE};\nexport const fact = 'own';\n`, [CLOSE]: "import { fact } from '../keys/hub.ts';\nexport const close = () => fact;\n" },
  ),
  plant(
    'through a constant that stands for it',
    { [HUB]: `import { issue } from ${ENGINE};\nconst first = issue;\nexport const begin = first;\n`, [CLOSE]: "import { begin } from '../keys/hub.ts';\nexport const close = () => begin();\n" },
    { [HUB]: `import { issue } from ${ENGINE};\nexport const begin = () => ({ fact: issue() });\n`, [CLOSE]: "import { begin } from '../keys/hub.ts';\nexport const close = () => begin();\n" },
  ),
  plant(
    'through a table of names',
    { [HUB]: `import { issue } from ${ENGINE};\nexport const table = { begin: issue, own: 1 };\n`, [CLOSE]: "import { table } from '../keys/hub.ts';\nexport const close = () => table.begin();\n" },
    { [HUB]: `import { issue } from ${ENGINE};\nexport const table = { begin: issue, own: 1 };\n`, [CLOSE]: "import { table } from '../keys/hub.ts';\nexport const close = () => table.own;\n" },
  ),
  plant(
    'beside what a function of the other domain gives',
    { [HUB]: `import { issue } from ${ENGINE};\nexport const begin = () => issue();\nexport const raw = (0, issue);\n`, [CLOSE]: "import { begin, raw } from '../keys/hub.ts';\nexport const close = () => {\n  const fact = begin();\n  return raw(fact);\n};\n" },
    { [HUB]: `import { issue } from ${ENGINE};\nexport const begin = () => issue();\nexport const made = begin();\n`, [CLOSE]: "import { begin, made } from '../keys/hub.ts';\nexport const close = () => {\n  const fact = begin();\n  return [fact, made, fact.id];\n};\n" },
  ),
  plant('through a dynamic import', { [CLOSE]: `export const close = async () => (await import(${ENGINE})).issue();\n` }, { [CLOSE]: "export const close = async () => (await import('@plant/engines/accounts/balance')).balance();\n" }),
  plant(
    'through a dynamic import of a re-export, taken apart',
    { [HUB]: `export * from ${ENGINE};\nexport const fact = 1;\n`, [CLOSE]: "export const close = async () => {\n  const { fact, issue: begin } = await import('../keys/hub.ts');\n  return begin(fact);\n};\n" },
    { [HUB]: `export * from ${ENGINE};\nexport const fact = 1;\n`, [CLOSE]: "export const close = async () => {\n  const { fact } = await import('../keys/hub.ts');\n  return fact;\n};\n" },
  ),
  plant(
    'through a module that is handed on whole',
    { [HUB]: `export * from ${ENGINE};\nexport const fact = 1;\n`, [CLOSE]: "import * as hub from '../keys/hub.ts';\nexport const close = (name: string) => hub[name]();\n" },
    { [HUB]: `export * from ${ENGINE};\nexport const fact = 1;\n`, [CLOSE]: "import * as hub from '../keys/hub.ts';\nexport const close = () => hub.fact;\n" },
  ),
  plant('through then', { [HUB]: `export * from ${ENGINE};\n`, [CLOSE]: "export const close = () => import('../keys/hub.ts').then(({ issue }) => issue());\n" }, { [CLOSE]: "export const close = () => import('./open.ts').then(({ open }) => open);\n" }),
  plant('through require', { [CLOSE]: `export const close = () => require(${ENGINE}).issue();\n` }, { [CLOSE]: "export const close = () => require('@plant/engines/accounts/balance').balance();\n" }),
  plant('handed on, not called', { [CLOSE]: `export { issue } from ${ENGINE};\n` }, { [CLOSE]: `export type { Issued } from ${ENGINE};\n` }),
  plant('an engine of another engine', { 'packages/engines/src/accounts/close.ts': "import { issue } from '../keys/issue.ts';\nexport const close = () => issue();\n" }, { 'packages/engines/src/accounts/close.ts': "import { balance } from './balance.ts';\nexport const close = () => balance();\n" }),
  plant('a driver of another driver', { 'packages/drivers/src/accounts/rows.ts': "import { KeyStore } from '../keys/store.ts';\nexport const rows = () => new KeyStore();\n" }, { 'packages/drivers/src/database/rows.ts': "import { KeyStore } from '../keys/store.ts';\nexport const rows = () => new KeyStore();\n" }),
  plant(
    'wrapped in what all domains share',
    { 'packages/spine/src/domains/door.ts': `import { issue } from ${ENGINE};\nexport const begin = () => issue();\n` },
    { 'packages/spine/src/domains/door.ts': `import type { Issued } from ${ENGINE};\nexport const begin = (): Issued => ({ id: 'k' });\n` },
  ),
  {
    rule: UNUSED_PERMISSION.id,
    disguise: 'nobody uses it any more',
    violation: { files: { [OPEN]: "import { writeOperation } from '../../kernel/operation.ts';\n\nexport const open = writeOperation<Scope>()({ address: ['accounts.write', 'open'] });\n" } },
    nearMiss: {},
  },
  {
    rule: UNUSED_PERMISSION.id,
    disguise: 'only a type of it is used',
    violation: { files: { [OPEN]: "import type { check } from '@plant/engines/keys/permission';\nimport { writeOperation } from '../../kernel/operation.ts';\nexport const open = writeOperation<Scope>()({ address: ['accounts.write', 'open'] });\nexport type Check = typeof check;\n" } },
    nearMiss: { files: { [CLOSE]: "import * as permission from '@plant/engines/keys/permission';\nexport const close = () => permission.check();\n" } },
  },
];
