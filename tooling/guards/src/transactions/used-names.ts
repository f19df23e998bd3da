import type { Node } from 'oxc-parser';
import { propertyName } from '../core/plain-name.ts';
import type { Ancestors } from '../core/walk.ts';

/** What is taken further on of what a node is. */
export function beyond(node: Node, above: Ancestors): readonly string[] {
  const names: string[] = [];
  let current = node;
  for (let index = above.length - 1; index >= 0; index -= 1) {
    const parent = above[index];
    if (parent === undefined) break;
    if (parent.type === 'MemberExpression' && parent.object === current) {
      const name = propertyName(parent.property, parent.computed);
      if (name === undefined) break;
      names.push(name);
    } else if (parent.type !== 'AwaitExpression' && parent.type !== 'ChainExpression' && parent.type !== 'TSNonNullExpression' && parent.type !== 'TSAsExpression') break;
    current = parent;
  }
  return names;
}

/** The members that a pattern takes of what a node is; undefined where it is not taken apart, or not by names alone. */
export function takenApart(node: Node, above: Ancestors): readonly string[] | undefined {
  let current = node;
  for (let index = above.length - 1; index >= 0; index -= 1) {
    const parent = above[index];
    if (parent === undefined) return undefined;
    const pattern = parent.type === 'VariableDeclarator' && parent.init === current ? parent.id : parent.type === 'AssignmentPattern' && parent.right === current ? parent.left : undefined;
    if (pattern !== undefined) {
      if (pattern.type !== 'ObjectPattern') return undefined;
      const names = pattern.properties.map((property) => (property.type === 'RestElement' ? undefined : propertyName(property.key, property.computed)));
      return names.every((name) => name !== undefined) ? names : undefined;
    }
    if (!(parent.type === 'MemberExpression' && parent.object === current) && parent.type !== 'AwaitExpression' && parent.type !== 'ChainExpression' && parent.type !== 'TSNonNullExpression' && parent.type !== 'TSAsExpression') return undefined;
    current = parent;
  }
  return undefined;
}

/** Whether an identifier only names something there: a key, a member, a declaration, a type. */
export function isNoReading(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return parent.property === node && !parent.computed;
    case 'Property':
      return parent.key === node && parent.value !== node && !parent.computed;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node && !parent.computed;
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ClassDeclaration':
    case 'ClassExpression':
      return 'id' in parent && parent.id === node;
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ExportSpecifier':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
      return true;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
    case 'TSTypeAssertion':
    case 'TSEnumMember':
    case 'TSExportAssignment':
      return false;
    default:
      return parent.type.startsWith('TS');
  }
}
