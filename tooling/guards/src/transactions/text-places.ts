import type { Node } from 'oxc-parser';
import type { Ancestors } from '../core/walk.ts';

const COMPARISONS = new Set(['===', '!==', '==', '!=', 'in', 'instanceof', '<', '>', '<=', '>=']);

/** Texts that are compared, asked for or names: nobody sends them. */
export function isNoText(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'BinaryExpression':
      return COMPARISONS.has(parent.operator);
    case 'SwitchCase':
      return parent.test === node;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node;
    case 'MemberExpression':
      return parent.property === node;
    case 'TSLiteralType':
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'ImportSpecifier':
    case 'ExportSpecifier':
    case 'TSImportType':
    case 'TSExternalModuleReference':
    case 'TSEnumMember':
    case 'ImportAttribute':
      return true;
    case 'ExpressionStatement':
      return 'directive' in parent && typeof parent.directive === 'string';
    default:
      return parent.type === 'TSTemplateLiteralType';
  }
}

/** Whether a larger text is made of it. */
export function isPartOfText(node: Node, above: Ancestors): boolean {
  const parent = above.at(-1);
  const grandparent = above.at(-2);
  if (parent?.type === 'BinaryExpression') return parent.operator === '+';
  if (parent?.type === 'TemplateLiteral') return true;
  if (parent?.type === 'TaggedTemplateExpression') return parent.quasi === node;
  if (parent?.type === 'ArrayExpression' && grandparent?.type === 'MemberExpression') return grandparent.property.type === 'Identifier' && grandparent.property.name === 'join';
  if (parent?.type === 'MemberExpression' && grandparent?.type === 'CallExpression') return parent.object === node && parent.property.type === 'Identifier' && parent.property.name === 'concat';
  return false;
}
