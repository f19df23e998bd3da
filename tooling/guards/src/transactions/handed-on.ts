import type { Node } from 'oxc-parser';
import { chainOf, propertyName } from '../core/plain-name.ts';
import type { Ancestors } from '../core/walk.ts';

const CALLING = new Set(['call', 'apply', 'bind']);
const TRANSPARENT = new Set<Node['type']>(['AwaitExpression', 'ChainExpression', 'TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'TSInstantiationExpression']);

/** Whether something that is named, or what it gives when it is called with nothing, goes where what it is called with cannot be told any more. */
export function isHandedOn(node: Node, above: Ancestors): boolean {
  let current = node;
  for (let index = above.length - 1; index >= 0; index -= 1) {
    const parent = above[index];
    if (parent === undefined) return false;
    if (parent.type === 'MemberExpression' && parent.object === current) {
      const name = propertyName(parent.property, parent.computed);
      if (name === undefined || CALLING.has(name)) return true;
    } else if (parent.type === 'CallExpression' && parent.callee === current) {
      const [given] = parent.arguments;
      if (given !== undefined) return given.type === 'SpreadElement' || (given.type === 'CallExpression' && chainOf(given.callee)?.[0] !== 'Object');
    } else if (!TRANSPARENT.has(parent.type)) return !KEEPING.has(parent.type);
    current = parent;
  }
  return false;
}

/** Where it only gets another name, or none. */
const KEEPING = new Set<Node['type']>(['VariableDeclarator', 'ExpressionStatement', 'UnaryExpression', 'ExportDefaultDeclaration', 'ExportSpecifier']);
