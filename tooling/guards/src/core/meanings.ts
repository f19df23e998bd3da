import type { Node } from 'oxc-parser';
import { constantText } from './constant-text.ts';
import { aliasesBound, namedBy } from './module-facts.ts';
import { namesOf, type Declared } from './names.ts';
import type { ParsedFile } from './parsed-file.ts';
import { propertyName } from './plain-name.ts';
import { walk } from './walk.ts';

/** A chain of names, root first. */
export type Chain = readonly [string, ...string[]];

/** Stands in a chain for the call of what is before it: `['make', '()']` is what `make()` gives. */
export const CALLED = '()';

/** The root of a chain that a parameter begins: in `({ execute: go }) => go`, `go` is `['parameter:', 'execute']`. */
export const PARAMETER = 'parameter:';

/** What expressions of one file may stand for: as `meant`, but through calls, tables, choices and later assignments as well. */
export interface Meanings {
  /**
   * The chains that an expression may mean, each rooted at a name of the file's top level or of no file, at a module (`import:<specifier>`) or
   * at a parameter. None where it is no name for anything.
   */
  of(expression: Node): readonly Chain[];
  /** What the call of an expression may give. */
  given(expression: Node): readonly Chain[];
  /** What an expression was made of: follows constants to their initialisers. */
  valueOf(expression: Node): Node;
  /** The text that an expression is, constants of the file followed. */
  textOf(expression: Node): string | undefined;
}

/** The longest way from a name to what it stands for. */
const PATIENCE = 12;

const known = new WeakMap<ParsedFile, Meanings>();

/** The meanings of a file. Computed once. */
export function meaningsOf(file: ParsedFile): Meanings {
  const meanings = known.get(file) ?? readMeanings(file);
  known.set(file, meanings);
  return meanings;
}

function readMeanings(file: ParsedFile): Meanings {
  const names = namesOf(file);
  let assigned: ReadonlyMap<string, readonly Node[]> | undefined;

  const of = (node: Node, rest: readonly string[], patience: number): readonly Chain[] => {
    if (patience < 0) return [];
    switch (node.type) {
      case 'Identifier':
        return ofName(node, rest, patience);
      case 'MemberExpression': {
        const name = propertyName(node.property, node.computed) ?? (node.computed ? textOf(node.property) : undefined);
        return name === undefined ? [] : of(node.object, [name, ...rest], patience);
      }
      case 'ConditionalExpression':
        return [...of(node.consequent, rest, patience), ...of(node.alternate, rest, patience)];
      case 'LogicalExpression':
        return [...of(node.left, rest, patience), ...of(node.right, rest, patience)];
      case 'SequenceExpression': {
        const last = node.expressions.at(-1);
        return last === undefined ? [] : of(last, rest, patience);
      }
      case 'AssignmentExpression':
        return of(node.right, rest, patience);
      case 'ObjectExpression':
      case 'ArrayExpression':
        return ofTable(node, rest, patience);
      case 'CallExpression':
        return ofCall(node, rest, patience);
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        // What a function gives is what it returns.
        return rest[0] === CALLED ? returnedBy(node).flatMap((value) => of(value, rest.slice(1), patience - 1)) : [];
      case 'ImportExpression':
        return ofModule(node, rest);
      case 'AwaitExpression':
        return of(node.argument, rest, patience);
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
        return of(node.expression, rest, patience);
      default:
        return [];
    }
  };

  const ofModule = (node: Node, rest: readonly string[]): readonly Chain[] => {
    const chain = namedBy(node);
    return chain !== undefined && chain[0].startsWith('import:') ? [[...chain, ...rest]] : [];
  };

  const ofCall = (call: Extract<Node, { type: 'CallExpression' }>, rest: readonly string[], patience: number): readonly Chain[] => {
    const { callee } = call;
    // `begin.bind(session)` is begin by another name.
    if (callee.type === 'MemberExpression' && propertyName(callee.property, callee.computed) === 'bind') return of(callee.object, rest, patience);
    const required = ofModule(call, rest);
    return required.length > 0 ? required : of(callee, [CALLED, ...rest], patience);
  };

  const ofTable = (table: Extract<Node, { type: 'ObjectExpression' | 'ArrayExpression' }>, [first, ...rest]: readonly string[], patience: number): readonly Chain[] => {
    if (first === undefined) return [];
    if (table.type === 'ArrayExpression') {
      const element = table.elements[Number(first)];
      return element === undefined || element === null || element.type === 'SpreadElement' ? [] : of(element, rest, patience);
    }
    return table.properties.flatMap((property) => {
      if (property.type === 'SpreadElement') return of(property.argument, [first, ...rest], patience);
      return propertyName(property.key, property.computed) === first ? of(property.value, rest, patience) : [];
    });
  };

  const ofName = (identifier: Extract<Node, { type: 'Identifier' }>, rest: readonly string[], patience: number): readonly Chain[] => {
    const declared = names.declarationOf(identifier);
    if (declared === undefined) return [[identifier.name, ...rest]];
    const own: readonly Chain[] = declared.isTop ? [[identifier.name, ...rest]] : [];
    return patience === 0 ? own : [...own, ...made(declared, rest, patience - 1)];
  };

  /** What a declared name was made of, or was given later. */
  const made = (declared: Declared, rest: readonly string[], patience: number): readonly Chain[] => {
    const { how, init, path, isConst, isEach, name } = declared;
    if (path === null) return [];
    const given = isConst ? [] : (assignments().get(name) ?? []).flatMap((node) => of(node, rest, patience));
    if (how === 'parameter') return [[PARAMETER, ...path, ...rest], ...given];
    if ((how !== 'variable' && how !== 'function') || init === null || isEach) return given;
    return [...of(init, [...path, ...rest], patience), ...given];
  };

  /** What is assigned to names, by name: several names of one spelling are not told apart, which finds too much rather than too little. */
  const assignments = (): ReadonlyMap<string, readonly Node[]> => {
    if (assigned !== undefined) return assigned;
    const found = new Map<string, Node[]>();
    walk(file.program, (node) => {
      if (node.type !== 'AssignmentExpression') return;
      for (const { local } of aliasesBound(node.left, ['right'])) found.set(local, [...(found.get(local) ?? []), node.right]);
    });
    assigned = found;
    return found;
  };

  const constantAt = (identifier: Extract<Node, { type: 'Identifier' }>): Node | undefined => {
    const declared = names.declarationOf(identifier);
    if (declared === undefined || declared.how !== 'variable' || !declared.isConst || declared.isEach || declared.path?.length !== 0) return undefined;
    return declared.init ?? undefined;
  };

  const valueOf = (node: Node, patience: number = PATIENCE): Node => {
    switch (node.type) {
      case 'Identifier': {
        const value = patience === 0 ? undefined : constantAt(node);
        return value === undefined ? node : valueOf(value, patience - 1);
      }
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return valueOf(node.expression, patience);
      default:
        return node;
    }
  };

  const topConstants = new Map(names.declared.flatMap(({ name, isTop, how, isConst, path, init }) => (isTop && how === 'variable' && isConst && path?.length === 0 && init !== null ? [[name, init]] : [])));
  const textOf = (node: Node): string | undefined => {
    const value = valueOf(node);
    return constantText(value, (name) => topConstants.get(name));
  };

  return {
    of: (expression) => distinct(of(expression, [], PATIENCE)),
    given: (expression) => distinct(of(expression, [CALLED], PATIENCE)),
    valueOf: (expression) => valueOf(expression),
    textOf,
  };
}

/** The expressions that a function returns; not those of functions in it. */
function returnedBy(func: { readonly body: Node | null }): readonly Node[] {
  if (func.body === null) return [];
  if (func.body.type !== 'BlockStatement') return [func.body];
  const found: Node[] = [];
  walk(func.body, (node) => {
    if (node.type === 'ReturnStatement' && node.argument !== null) found.push(node.argument);
    return !/Function/.test(node.type) && undefined;
  });
  return found;
}

function distinct(chains: readonly Chain[]): readonly Chain[] {
  return [...new Map(chains.map((chain) => [chain.join('\0'), chain])).values()];
}
