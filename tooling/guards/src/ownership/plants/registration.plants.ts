import { OUTSIDE_ITS_DOMAIN, REGISTERED_TWICE, SHARED_ANCHOR } from '../rules.ts';
import { CREATE, opening, operation, type OwnershipPlant } from './scene.ts';

const AGAIN = 'packages/spine/src/domains/keys/create-again.ts';
const DEFINES = (address: string): string => `import { writeOperation } from '../../kernel/operation.ts';\nexport const made = writeOperation<Scope>()({ address: [${address}] });\n`;

/** An address twice, in the wrong folder, and an anchor of two domains. */
export const registrationPlants: readonly OwnershipPlant[] = [
  {
    rule: REGISTERED_TWICE.id,
    disguise: 'two files, one address',
    violation: { files: { [AGAIN]: DEFINES("'keys.write', 'create'") }, live: { operations: [operation(), opening, operation({ anchor: 'key.create_again', place: `${AGAIN}:2` })] } },
    nearMiss: { files: { [AGAIN]: DEFINES("'keys.write', 'create_again'") }, live: { operations: [operation(), opening, operation({ method: 'create_again', place: `${AGAIN}:2` })] } },
  },
  {
    rule: REGISTERED_TWICE.id,
    disguise: 'one definition, listed twice',
    violation: { live: { operations: [operation(), opening, operation()] } },
    nearMiss: {
      files: { [CREATE]: "import { writeOperation } from '../../kernel/operation.ts';\nconst of = (method: string) => writeOperation<Scope>()({ address: ['keys.write', 'create'] });\nexport const create = of('create');\n" },
      live: { operations: [operation({ place: `${CREATE}:2` }), opening] },
    },
  },
  {
    rule: OUTSIDE_ITS_DOMAIN.id,
    disguise: "in another domain's folder",
    violation: {
      files: { 'packages/spine/src/domains/accounts/create.ts': DEFINES("'keys.write', 'revoke'") },
      live: { operations: [operation(), opening, operation({ method: 'revoke', anchor: 'key.revoke', place: 'packages/spine/src/domains/accounts/create.ts:2' })] },
    },
    nearMiss: {
      files: { 'packages/spine/src/domains/keys/steps/revoke.ts': DEFINES("'keys.write', 'revoke'").replace('../../', '../../../') },
      live: { operations: [operation(), opening, operation({ method: 'revoke', anchor: 'key.revoke', place: 'packages/spine/src/domains/keys/steps/revoke.ts:2' })] },
    },
  },
  {
    rule: OUTSIDE_ITS_DOMAIN.id,
    disguise: 'in a folder whose name begins alike',
    violation: {
      files: { 'packages/spine/src/domains/keys-legacy/revoke.ts': DEFINES("'keys.write', 'revoke'") },
      live: { operations: [operation(), opening, operation({ method: 'revoke', anchor: 'key.revoke', place: 'packages/spine/src/domains/keys-legacy/revoke.ts:2' })] },
    },
    nearMiss: {
      files: { 'packages/spine/src/domains/keys-legacy/revoke.ts': DEFINES("'keys_legacy.write', 'revoke'") },
      live: { operations: [operation(), opening, operation({ address: 'keys_legacy.write', method: 'revoke', anchor: 'key.revoke', place: 'packages/spine/src/domains/keys-legacy/revoke.ts:2' })] },
    },
  },
  {
    rule: OUTSIDE_ITS_DOMAIN.id,
    disguise: 'between the domains',
    violation: {
      files: { 'packages/spine/src/domains/revoke.ts': DEFINES("'keys.write', 'revoke'").replace('../../', '../') },
      live: { operations: [operation(), opening, operation({ method: 'revoke', anchor: 'key.revoke', place: 'packages/spine/src/domains/revoke.ts:2' })] },
    },
    nearMiss: {
      files: { [AGAIN]: DEFINES("'keys.write', 'revoke'") },
      live: { operations: [operation(), opening, operation({ method: 'revoke', anchor: 'key.revoke', place: `${AGAIN}:2` })] },
    },
  },
  {
    rule: SHARED_ANCHOR.id,
    disguise: 'a write of another domain',
    violation: { live: { operations: [operation(), { ...opening, anchor: 'key.create' }] } },
    nearMiss: {
      files: { [AGAIN]: DEFINES("'keys.write', 'import'") },
      live: { operations: [operation(), opening, operation({ method: 'import', place: `${AGAIN}:2` })] },
    },
  },
  {
    rule: SHARED_ANCHOR.id,
    disguise: 'a read of another domain',
    violation: { live: { operations: [operation(), { ...opening, kind: 'read', anchor: 'key.create' }] } },
    nearMiss: { live: { operations: [operation(), { ...opening, kind: 'read', anchor: null }] } },
  },
];
