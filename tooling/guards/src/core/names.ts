import type { Node } from 'oxc-parser';
import type { ParsedFile } from './parsed-file.ts';
import { propertyName } from './plain-name.ts';
import { walk, type Ancestors } from './walk.ts';

/** A name that a file declares as a value. */
export interface Declared {
  readonly name: string;
  /** Whether every function of the file sees it. */
  readonly isTop: boolean;
  /** The piece of the file in which the name means this. */
  readonly scope: { readonly start: number; readonly end: number };
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
  /** The declaration that a name leads to; the innermost; none where it is of no file. */
  declarationOf(identifier: Identifier): Declared | undefined;
}

type Identifier = Extract<Node, { type: 'Identifier' }>;

const known = new WeakMap<ParsedFile, Names>();

/** Who is who in a file. Computed once. */
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
    // Types declare no values, and are a good part of a file.
    if (TYPES.has(node.type)) return false;
    declare(node, above, declared);
    return undefined;
  });
  const byName = Map.groupBy(declared, ({ name }) => name);
  const declarationOf = ({ name, start }: Identifier): Declared | undefined => {
    let found: Declared | undefined;
    for (const candidate of byName.get(name) ?? []) {
      const { scope } = candidate;
      if (start < scope.start || start >= scope.end) continue;
      // Scopes lie within each other: the one that begins last is the innermost.
      if (found === undefined || scope.start > found.scope.start) found = candidate;
    }
    return found;
  };
  return {
    declared, declarationOf,
    meaning: (identifier) => {
      const declaration = declarationOf(identifier);
      return declaration === undefined ? 'global' : declaration.isTop ? 'module' : 'local';
    },
  };
}

/** Where nothing but types stand. */
export const TYPES: ReadonlySet<Node['type']> = new Set<Node['type']>(['TSTypeAnnotation', 'TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSTypeParameterInstantiation', 'TSTypeParameterDeclaration']);
const TOP = new Set<Node['type']>(['Program', 'ExportNamedDeclaration', 'ExportDefaultDeclaration', 'VariableDeclaration', 'ImportDeclaration']);
const FUNCTIONS = new Set<Node['type']>(['Program', 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'StaticBlock', 'TSModuleBlock']);
const BLOCKS = new Set<Node['type']>([...FUNCTIONS, 'BlockStatement', 'ForStatement', 'ForOfStatement', 'ForInStatement', 'SwitchStatement', 'CatchClause']);

/** The nearest above that is one of some kinds. */
function nearest(above: Ancestors, kinds: ReadonlySet<Node['type']>): Node {
  for (let index = above.length - 1; index >= 0; index -= 1) {
    const node = above[index];
    if (node !== undefined && kinds.has(node.type)) return node;
  }
  throw new Error('a declaration stands in no program');
}

function declare(node: Node, above: Ancestors, declared: Declared[]): void {
  switch (node.type) {
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      declared.push({ name: node.local.name, isTop: true, scope: nearest(above, FUNCTIONS), how: 'import', identifier: node.local, init: null, path: null, isEach: false, isConst: true });
      return;
    case 'VariableDeclarator': {
      const declaration = above.at(-1);
      const loop = above.at(-2);
      const isEach = loop?.type === 'ForOfStatement' && loop.left === declaration;
      const kind = declaration?.type === 'VariableDeclaration' ? declaration.kind : 'const';
      const scope = nearest(above, kind === 'var' ? FUNCTIONS : BLOCKS);
      bind(node.id, { how: 'variable', isTop: isTop(above), scope, init: isEach ? loop.right : node.init, path: [], isEach, isConst: kind !== 'let' && kind !== 'var' }, declared);
      return;
    }
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'TSDeclareFunction':
    case 'ArrowFunctionExpression':
      if ('id' in node && node.id !== null && node.id !== undefined) {
        const isOwn = node.type === 'FunctionExpression';
        declared.push({ name: node.id.name, isTop: !isOwn && isTop(above), scope: isOwn ? node : nearest(above, BLOCKS), how: 'function', identifier: node.id, init: node, path: [], isEach: false, isConst: true });
      }
      for (const parameter of node.params) {
        bind(parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter, { how: 'parameter', isTop: false, scope: node, init: null, path: [], isEach: false, isConst: true }, declared);
      }
      return;
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.id !== null) {
        const isOwn = node.type === 'ClassExpression';
        declared.push({ name: node.id.name, isTop: !isOwn && isTop(above), scope: isOwn ? node : nearest(above, BLOCKS), how: 'class', identifier: node.id, init: node, path: [], isEach: false, isConst: true });
      }
      return;
    case 'TSEnumDeclaration':
      declared.push({ name: node.id.name, isTop: isTop(above), scope: nearest(above, BLOCKS), how: 'enum', identifier: node.id, init: node, path: [], isEach: false, isConst: true });
      return;
    case 'TSModuleDeclaration':
      if (node.id.type === 'Identifier') declared.push({ name: node.id.name, isTop: isTop(above), scope: nearest(above, BLOCKS), how: 'class', identifier: node.id, init: node, path: [], isEach: false, isConst: true });
      return;
    case 'CatchClause':
      if (node.param !== null) bind(node.param, { how: 'caught', isTop: false, scope: node, init: null, path: [], isEach: false, isConst: true }, declared);
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
