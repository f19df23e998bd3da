import type { Definition, Reference } from '@typescript-eslint/scope-manager';
import type { Node } from 'oxc-parser';
import type { ParsedFile } from './parsed-file.ts';
import { propertyName } from './plain-name.ts';
import { walk, type Ancestors } from './walk.ts';

/** A name that a file declares as a value. */
export interface Declared {
  readonly name: string;
  /** Whether every function of the file sees it. */
  readonly isTop: boolean;
  readonly how: 'import' | 'variable' | 'parameter' | 'function' | 'class' | 'enum' | 'caught';
  /** Where the name stands. */
  readonly identifier: Node;
  /** What it is made of, where that is written beside it: an initialiser, a default, a function or a class itself. */
  readonly init: Node | null;
  /** What is taken of `init`, property by property; null where that cannot be told (a rest, a computed key). */
  readonly path: readonly string[] | null;
  /** Whether it is one element of `init` after the other: `for (const name of init)`. */
  readonly isEach: boolean;
  /** Whether nobody can give it another value. */
  readonly isConst: boolean;
}

/** Who is who in one file. */
export interface Names {
  readonly declared: readonly Declared[];
  /** What a name that is read stands for: something of the file's top (imports too), something of a function's own, or of no file. */
  meaning(identifier: Identifier): 'module' | 'local' | 'global';
  /** The declaration that a name leads to; none where it is of no file, or declared several times. */
  declarationOf(identifier: Identifier): Declared | undefined;
}

type Identifier = Extract<Node, { type: 'Identifier' }>;

const known = new WeakMap<ParsedFile, Names>();

/** Who is who in a file. Computed once; scopes are only asked for names that are declared more than once, or not everywhere. */
export function namesOf(file: ParsedFile): Names {
  let names = known.get(file);
  if (names === undefined) {
    names = readNames(file);
    known.set(file, names);
  }
  return names;
}

function readNames(file: ParsedFile): Names {
  const declared: Declared[] = [];
  walk(file.program, (node, above) => {
    declare(node, above, declared);
  });
  const byName = Map.groupBy(declared, ({ name }) => name);
  let references: Map<Node, Reference> | undefined;
  const referenceTo = (identifier: Node): Reference | undefined => {
    // The nodes of the scopes are the nodes of the file: the analysis was given its tree.
    references ??= new Map(file.scopes.scopes.flatMap((scope) => scope.references.map((reference) => [reference.identifier as unknown as Node, reference])));
    return references.get(identifier);
  };
  return {
    declared,
    meaning: (identifier) => {
      const found = byName.get(identifier.name);
      if (found === undefined) return 'global';
      if (found.every(({ isTop }) => isTop)) return 'module';
      const variable = referenceTo(identifier)?.resolved;
      if (variable === null || variable === undefined || variable.defs.length === 0) return found.some(({ isTop }) => isTop) ? 'module' : 'global';
      return found.find((candidate) => variable.defs.some((definition) => isOf(definition, candidate)))?.isTop === true ? 'module' : 'local';
    },
    declarationOf: (identifier) => {
      const found = byName.get(identifier.name) ?? [];
      if (found.length <= 1) return found[0];
      const definitions = referenceTo(identifier)?.resolved?.defs ?? [];
      return found.find((candidate) => definitions.some((definition) => isOf(definition, candidate)));
    },
  };
}

const isOf = (definition: Definition, { identifier }: Declared): boolean => (definition.name as unknown as Node) === identifier;

const TOP = new Set<Node['type']>(['Program', 'ExportNamedDeclaration', 'ExportDefaultDeclaration', 'VariableDeclaration', 'ImportDeclaration']);

function declare(node: Node, above: Ancestors, declared: Declared[]): void {
  switch (node.type) {
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      declared.push({ name: node.local.name, isTop: true, how: 'import', identifier: node.local, init: null, path: null, isEach: false, isConst: true });
      return;
    case 'VariableDeclarator': {
      const declaration = above.at(-1);
      const loop = above.at(-2);
      const isEach = loop?.type === 'ForOfStatement' && loop.left === declaration;
      const isConst = declaration?.type === 'VariableDeclaration' && declaration.kind !== 'let' && declaration.kind !== 'var';
      bind(node.id, { how: 'variable', isTop: isTop(above), init: isEach ? loop.right : node.init, path: [], isEach, isConst }, declared);
      return;
    }
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'TSDeclareFunction':
    case 'ArrowFunctionExpression':
      if ('id' in node && node.id !== null && node.id !== undefined) {
        declared.push({ name: node.id.name, isTop: node.type !== 'FunctionExpression' && isTop(above), how: 'function', identifier: node.id, init: node, path: [], isEach: false, isConst: true });
      }
      for (const parameter of node.params) {
        bind(parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter, { how: 'parameter', isTop: false, init: null, path: [], isEach: false, isConst: true }, declared);
      }
      return;
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.id !== null) {
        declared.push({ name: node.id.name, isTop: node.type === 'ClassDeclaration' && isTop(above), how: 'class', identifier: node.id, init: node, path: [], isEach: false, isConst: true });
      }
      return;
    case 'TSEnumDeclaration':
      declared.push({ name: node.id.name, isTop: isTop(above), how: 'enum', identifier: node.id, init: node, path: [], isEach: false, isConst: true });
      return;
    case 'CatchClause':
      if (node.param !== null) bind(node.param, { how: 'caught', isTop: false, init: null, path: [], isEach: false, isConst: true }, declared);
      return;
    default:
  }
}

const isTop = (above: Ancestors): boolean => above.every(({ type }) => TOP.has(type));

type Binding = Omit<Declared, 'name' | 'identifier'>;

function bind(pattern: Node, binding: Binding, declared: Declared[]): void {
  const { path } = binding;
  const below = (name: string | undefined): Binding => ({ ...binding, path: path === null || name === undefined ? null : [...path, name] });
  switch (pattern.type) {
    case 'Identifier':
      declared.push({ name: pattern.name, identifier: pattern, ...binding });
      return;
    case 'AssignmentPattern':
      // A default is what is told of a value that others give.
      bind(pattern.left, binding.init === null ? { ...binding, init: pattern.right, path: [] } : binding, declared);
      return;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') bind(property.argument, below(undefined), declared);
        else bind(property.value, below(propertyName(property.key, property.computed)), declared);
      }
      return;
    case 'ArrayPattern':
      for (const [index, element] of pattern.elements.entries()) {
        if (element !== null) bind(element, below(element.type === 'RestElement' ? undefined : String(index)), declared);
      }
      return;
    case 'RestElement':
      bind(pattern.argument, binding, declared);
      return;
    default:
  }
}
