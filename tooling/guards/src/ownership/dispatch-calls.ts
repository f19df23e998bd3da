import type { Node } from 'oxc-parser';
import type { Meanings } from '../core/meanings.ts';
import { propertyName } from '../core/plain-name.ts';
import { namesOf } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { eachNamingExpression } from '../core/value-expressions.ts';
import type { Ancestors } from '../core/walk.ts';

type Call = Extract<Node, { type: 'CallExpression' }>;

/** What a call dispatches: the arguments of the function that dispatches; `opaque` where it hands that function on, or its arguments cannot be told. */
export function dispatchedBy(call: Call, above: Ancestors, calls: readonly string[], meanings: Meanings): readonly Node[] | 'opaque' | undefined {
  const { callee, arguments: given } = call;
  const how = callee.type === 'MemberExpression' ? propertyName(callee.property, callee.computed) : undefined;
  if (callee.type === 'MemberExpression' && (how === 'call' || how === 'apply' || how === 'bind') && isDispatcher(callee.object, calls, meanings)) {
    if (how === 'call') return given.slice(1);
    if (how === 'apply') return given[1]?.type === 'ArrayExpression' ? given[1].elements.map((element) => element ?? call) : 'opaque';
    if (given.length > 1) return given.slice(1);
    const parent = above.at(-1);
    return parent?.type === 'VariableDeclarator' || (parent?.type === 'CallExpression' && parent.callee === call) ? undefined : 'opaque';
  }
  return isDispatcher(callee, calls, meanings) ? given : undefined;
}

/** Where a function that dispatches is handed to others: what those make of it cannot be told. */
export function handedDispatchers(file: ParsedFile, calls: readonly string[], meanings: Meanings): readonly Node[] {
  const found: Node[] = [];
  const declared = new Set(namesOf(file).declared.map(({ identifier }) => identifier));
  eachNamingExpression(file.program, (identifier) => declared.has(identifier), (expression, { parent, child }) => {
    if (!isHandedOn(parent, child) || !isDispatcher(expression, calls, meanings)) return;
    found.push(expression);
  });
  return found;
}

function isHandedOn(parent: Node | undefined, child: Node): boolean {
  switch (parent?.type) {
    case 'CallExpression':
      return parent.callee !== child;
    // Another name for it is followed.
    case 'VariableDeclarator':
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'ExpressionStatement':
      return false;
    case 'AssignmentExpression':
      return parent.right === child && parent.left.type === 'MemberExpression';
    default:
      return true;
  }
}

/** Whether an expression is a function that dispatches, by whatever name. */
function isDispatcher(node: Node, calls: readonly string[], meanings: Meanings): boolean {
  const direct = node.type === 'MemberExpression' ? propertyName(node.property, node.computed) : undefined;
  return (direct !== undefined && calls.includes(direct)) || meanings.of(node).some((chain) => calls.includes(chain.at(-1) ?? ''));
}
