import type { Node } from 'oxc-parser';
import { walk, type Ancestors } from './walk.ts';

/** What of TypeScript's own nodes is there at run time, or holds something that is. */
const AT_RUN_TIME = new Set<string>([
  'TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'TSInstantiationExpression', 'TSParameterProperty',
  'TSExportAssignment', 'TSModuleDeclaration', 'TSModuleBlock', 'TSEnumDeclaration', 'TSEnumBody', 'TSEnumMember',
]);

/** What a value goes through without becoming another one. */
const TRANSPARENT = new Set<string>(['AwaitExpression', 'ChainExpression', 'TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'TSInstantiationExpression']);

/** Where a value ends up, once assertions and `await` are seen through: `child` is what of `parent` it is. */
export interface Seat {
  readonly parent: Node | undefined;
  readonly child: Node;
}

/**
 * Visits every expression that names something and is read as a value, in its longest form: `a.b.c` once, not `a` and `a.b` too.
 * Types, keys, declared names and imports are left out.
 * @param isDeclared whether an identifier is one that declares a name
 */
export function eachNamingExpression(program: Node, isDeclared: (identifier: Node) => boolean, visit: (expression: Node, seat: Seat) => void): void {
  walk(program, (node, above) => {
    if (node.type.startsWith('TS') && !AT_RUN_TIME.has(node.type)) return false;
    if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null)) return false;
    const names = node.type === 'Identifier' || node.type === 'MemberExpression' || node.type === 'ImportExpression' || isRequiring(node);
    if (!names || isDeclared(node) || isKey(node, above.at(-1))) return undefined;
    const seat = seatOf(node, above);
    if (seat.parent?.type !== 'MemberExpression' || seat.parent.object !== seat.child) visit(node, seat);
    return undefined;
  });
}

function seatOf(node: Node, above: Ancestors): Seat {
  let child = node;
  for (let index = above.length - 1; index >= 0; index -= 1) {
    const parent = above[index];
    if (parent === undefined || !TRANSPARENT.has(parent.type)) return { parent, child };
    child = parent;
  }
  return { parent: undefined, child };
}

const isRequiring = (node: Node): boolean => node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require';

function isKey(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.property === node && !parent.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return parent.key === node && !parent.computed;
    case 'ExportSpecifier':
      return parent.exported === node && parent.local !== node;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    default:
      return false;
  }
}
