import type { Node } from 'oxc-parser';

/** A function that is written down with its body. */
export type WrittenFunction = Extract<Node, { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }>;

export const isFunction = (node: Node): node is WrittenFunction =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression' || node.type === 'TSDeclareFunction' || node.type === 'TSEmptyBodyFunctionExpression';

/** The one expression that a function answers in the end; undefined where it answers nothing, or at several places. */
export function answerOf(node: WrittenFunction): Node | undefined {
  if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') return node.body;
  if (node.body === null || node.body.type !== 'BlockStatement') return undefined;
  const last = node.body.body.at(-1);
  return last?.type === 'ReturnStatement' ? (last.argument ?? undefined) : undefined;
}
