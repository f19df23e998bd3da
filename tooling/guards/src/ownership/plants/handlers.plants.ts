import { UNMADE_OPERATION, UNREGISTERED_HANDLER } from '../rules.ts';
import { CREATE, opening, operation, type OwnershipPlant, type OwnershipScene } from './scene.ts';

const REVOKE = 'packages/spine/src/domains/keys/revoke.ts';
const ADDRESS = "['keys.write', 'revoke']";
const SPINE = "'../../kernel/operation.ts'";

const revoked = (line: number): Pick<OwnershipScene, 'live'> => ({
  live: { operations: [operation(), opening, operation({ method: 'revoke', anchor: 'key.revoke', place: `${REVOKE}:${line}` })] },
});

/** A definition that nothing registers; the near miss is the same one, registered. */
const plant = (disguise: string, line: number, text: string, more: Readonly<Record<string, string>> = {}): OwnershipPlant => ({
  rule: UNREGISTERED_HANDLER.id,
  disguise,
  violation: { files: { ...more, [REVOKE]: text } },
  nearMiss: { files: { ...more, [REVOKE]: text }, ...revoked(line) },
});

/** An operation that is registered and that no factory has made; the near miss is one that a factory makes. */
const byHand = (disguise: string, text: string, place: string): OwnershipPlant => {
  const head = `import { writeOperation } from ${SPINE};\n\nexport const create = writeOperation<Scope>()({ address: ['keys.write', 'create'] });\n`;
  const live = (at: string): NonNullable<OwnershipScene['live']> => ({ operations: [operation(), opening, operation({ method: 'revoke', anchor: 'key.revoke', place: at })] });
  return {
    rule: UNMADE_OPERATION.id, disguise,
    violation: { files: { [CREATE]: head + text }, live: live(place) },
    nearMiss: { files: { [CREATE]: `${head}export const revoke = writeOperation<Scope>()({ ...base, address: ${ADDRESS} });\n` }, live: live(`${CREATE}:4`) },
  };
};

/** Handlers that nothing registers, however they are defined. */
export const handlerPlants: readonly OwnershipPlant[] = [
  plant('as it is', 2, `import { writeOperation } from ${SPINE};\nexport const revoke = writeOperation<Scope>()({ address: ${ADDRESS} });\n`),
  plant('under another name', 2, `import { writeOperation as define } from ${SPINE};\nexport const revoke = define<Scope>()({ address: ${ADDRESS} });\n`),
  plant('through a namespace and a key in brackets', 2, `import * as kernel from ${SPINE};\nexport const revoke = kernel['writeOperation']<Scope>()({ address: ${ADDRESS} });\n`),
  plant('through a re-export under another name', 2, `import { define } from '../definitions.ts';\nexport const revoke = define<Scope>()({ address: ${ADDRESS} });\n`, {
    'packages/spine/src/domains/definitions.ts': "export { writeOperation as define } from '../kernel/operation.ts';\n",
  }),
  plant('through export * of export *', 2, `import { writeOperation } from '../definitions.ts';\nexport const revoke = writeOperation<Scope>()({ address: ${ADDRESS} });\n`, {
    'packages/spine/src/domains/definitions.ts': "export * from './more.ts';\n",
    'packages/spine/src/domains/more.ts': "export * from '../kernel/operation.ts';\n",
  }),
  plant('through a dynamic import in a function', 3, `export const made = async () => {\n  const { writeOperation: define } = await import(${SPINE});\n  return define<Scope>()({ address: ${ADDRESS} });\n};\n`),
  plant('through a factory that was called beforehand', 3, `import { writeOperation } from ${SPINE};\nconst define = writeOperation<Scope>();\nexport const revoke = define({ address: ${ADDRESS} });\n`),
  plant('through a factory that another file has called', 2, `import { define } from '../definitions.ts';\nexport const revoke = define({ address: ${ADDRESS} });\n`, {
    'packages/spine/src/domains/definitions.ts': "import { writeOperation } from '../kernel/operation.ts';\nexport const define = writeOperation<Scope>();\n",
  }),
  plant('through a table of factories in another file', 2, `import { operations } from '../definitions.ts';\nexport const revoke = operations.write<Scope>()({ address: ${ADDRESS} });\n`, {
    'packages/spine/src/domains/definitions.ts': "import { writeOperation } from '../kernel/operation.ts';\nexport const operations = { write: writeOperation };\n",
  }),
  plant('through a choice', 2, `import { readOperation, writeOperation } from ${SPINE};\nexport const revoke = (isRead ? readOperation : writeOperation)<Scope>()({ address: ${ADDRESS} });\n`),
  plant('through a variable that is given the factory later', 4, `import { writeOperation } from ${SPINE};\nlet define;\ndefine = writeOperation;\nexport const revoke = define<Scope>()({ address: ${ADDRESS} });\n`),
  plant('through bind, and a comma', 2, `import { writeOperation } from ${SPINE};\nexport const revoke = (0, writeOperation.bind(null))<Scope>()({ address: ${ADDRESS} });\n`),
  plant('through a function that gives the factory', 3, `import { writeOperation } from ${SPINE};\nconst factory = () => { return writeOperation; };\nexport const revoke = factory()<Scope>()({ address: ${ADDRESS} });\n`),
  plant('through a function of another file that calls the factory', 2, `import { define } from '../definitions.ts';\nexport const revoke = define()({ address: ${ADDRESS} });\n`, {
    'packages/spine/src/domains/definitions.ts': "import { writeOperation } from '../kernel/operation.ts';\nexport function define() {\n  return writeOperation<Scope>();\n}\n",
  }),
  plant('inside a function that takes what it closes over', 2, `import { writeOperation } from ${SPINE};\nexport const revoke = (rules: readonly string[]) => writeOperation<Scope>()({ address: ${ADDRESS}, run: () => rules });\n`),
  plant('with its definition in a constant', 3, `import { writeOperation } from ${SPINE};\nconst definition = { address: ${ADDRESS} };\nexport const revoke = writeOperation<Scope>()(definition);\n`),
  plant('over several lines', 4, `import { writeOperation } from ${SPINE};\nexport const revoke =\n  writeOperation<Scope>\n  ()\n  ({\n    address: ${ADDRESS},\n  });\n`),
  plant('with an address that is put together', 3, `import { writeOperation } from ${SPINE};\nconst WRITE = 'keys' + '.write';\nexport const revoke = writeOperation<Scope>()({ address: [WRITE, \`revoke\`] });\n`),
  {
    rule: UNREGISTERED_HANDLER.id,
    disguise: 'on the line of one that is registered',
    violation: { files: { [CREATE]: `import { writeOperation } from ${SPINE};\n\nexport const create = writeOperation<Scope>()({ address: ['keys.write', 'create'] }), revoke = writeOperation<Scope>()({ address: ${ADDRESS} });\n` } },
    nearMiss: { files: { [CREATE]: `import { writeOperation } from ${SPINE};\n\nexport const create = writeOperation<Scope>()({ address: ['keys.write', 'create'] }), revoke = (): string => 'writeOperation';\n` } },
  },
  {
    rule: UNREGISTERED_HANDLER.id,
    disguise: 'through a function that defines whatever it is given',
    violation: {
      files: { [REVOKE]: `import { writeOperation } from ${SPINE};\nconst define = (definition: object) => writeOperation<Scope>()({ ...definition, planes: [] });\nexport const revoke = define({ address: ${ADDRESS} });\n` },
      ...revoked(2),
    },
    nearMiss: {
      files: { [REVOKE]: `import { writeOperation } from ${SPINE};\nconst base = { planes: [] };\nexport const revoke = writeOperation<Scope>()({ ...base, address: ${ADDRESS} });\n` },
      ...revoked(3),
    },
  },
  {
    rule: UNREGISTERED_HANDLER.id,
    disguise: 'through a function that puts the address in',
    violation: {
      files: { [REVOKE]: `import { writeOperation } from ${SPINE};\nconst define = (method: string) => writeOperation<Scope>()({ address: ['keys.write', method] });\nexport const revoke = define('revoke');\n` },
      ...revoked(2),
    },
    nearMiss: {
      files: { [REVOKE]: "import { writeOperation } from './own.ts';\nexport const revoke = writeOperation<Scope>()({ address: ['keys.write', 'revoke'] });\n", 'packages/spine/src/domains/keys/own.ts': 'export const writeOperation = <Scope>() => (definition: object) => definition;\n' },
    },
  },
  byHand('a copy of another', "export const revoke = { ...create, address: ['keys.write', 'revoke'], run: async () => 1 };", `${CREATE}:3`),
  byHand('a copy that says a place of its own', "export const revoke = { ...create, address: ['keys.write', 'revoke'], place: 'here' };", `${CREATE}:4`),
  byHand('put together by hand', "export const revoke: AnyWrite = { kind: 'write', address: ['keys.write', 'revoke'], run: async () => 1 };", `${CREATE}:4`),
];
