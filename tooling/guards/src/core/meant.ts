import type { Node } from 'oxc-parser';
import { namedBy } from './module-facts.ts';
import type { Names } from './names.ts';

/** What an expression names: a chain whose root is something of the file's top, of no file, `this`, or a function's own. */
export interface Meant {
  readonly root: 'module' | 'global' | 'this' | 'local';
  readonly chain: readonly [string, ...string[]];
}

/** How many names that stand for names are followed. */
const PATIENCE = 8;

/**
 * What a chain of names means, local names that stand for others followed: after `const { query: ask } = pool`, `ask` is
 * `pool.query`. Undefined where the expression is no chain of names.
 */
export function meant(expression: Node, names: Names, patience: number = PATIENCE): Meant | undefined {
  const chain = namedBy(expression);
  if (chain === undefined) return undefined;
  const [root, ...rest] = chain;
  if (root.startsWith('import:')) return { root: 'module', chain };
  if (root === 'this') return { root: 'this', chain };
  const identifier = rootOf(expression);
  if (identifier === undefined) return undefined;
  const meaning = names.meaning(identifier);
  if (meaning !== 'local') return { root: meaning, chain };
  const declared = names.declarationOf(identifier);
  if (declared === undefined || declared.how !== 'variable' || declared.init === null || declared.path === null || declared.isEach || patience === 0) return { root: 'local', chain };
  const of = meant(declared.init, names, patience - 1);
  return of === undefined ? { root: 'local', chain } : { root: of.root, chain: [of.chain[0], ...of.chain.slice(1), ...declared.path, ...rest] };
}

/** The name that a chain begins with. */
export function rootOf(expression: Node): Extract<Node, { type: 'Identifier' }> | undefined {
  switch (expression.type) {
    case 'Identifier':
      return expression;
    case 'MemberExpression':
      return rootOf(expression.object);
    case 'CallExpression':
      return rootOf(expression.callee);
    case 'AwaitExpression':
      return rootOf(expression.argument);
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return rootOf(expression.expression);
    default:
      return undefined;
  }
}
