import type { Node, Statement } from 'oxc-parser';
import type { Place } from '../core/finding.ts';
import { namedBy } from '../core/module-facts.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { chainOf } from '../core/plain-name.ts';

/** What a file may hand on without adding to it: names of others, and whole modules of others. */
interface Others {
  readonly names: ReadonlySet<string>;
  readonly modules: ReadonlySet<string>;
}

/**
 * Where a file hands on all that another exports; or first hands on a name of another, if it does nothing but that. Null where it has anything
 * of its own that others can have, or hands on nothing at all.
 */
export function handingOn({ program, module, at }: ParsedFile): Place | null {
  const all = program.body.find(({ type }) => type === 'ExportAllDeclaration');
  if (all?.type === 'ExportAllDeclaration' && all.exported === null) return at(all);
  const names = new Set(module.imports.map(({ local }) => local));
  const modules = new Set(module.imports.filter(({ imported }) => imported === '*').map(({ local }) => local));
  // What is only another name for an import is one as well.
  for (const { local, of } of module.aliases) if (names.has(of[0]) && of.length <= (modules.has(of[0]) ? 2 : 1)) names.add(local);
  const others: Others = { names, modules };
  for (const statement of program.body) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declarations) if (id.type === 'Identifier' && init !== null && isTableOfOthers(init, others)) names.add(id.name);
  }
  let first: Place | null = null;
  for (const statement of program.body) {
    const role = roleOf(statement, others);
    if (role === 'own') return null;
    if (role === 'hands on') first ??= at(statement);
  }
  return first;
}

function roleOf(statement: Statement, others: Others): 'own' | 'hands on' | 'nothing' {
  switch (statement.type) {
    case 'ImportDeclaration':
    case 'EmptyStatement':
      return 'nothing';
    case 'ExportAllDeclaration':
      return 'hands on';
    case 'ExportNamedDeclaration':
      if (statement.declaration !== null) return isAlias(statement.declaration, others) ? 'hands on' : 'own';
      if (statement.source !== null) return statement.specifiers.length === 0 ? 'nothing' : 'hands on';
      if (statement.specifiers.length === 0) return 'nothing';
      return statement.specifiers.every(({ local }) => local.type === 'Identifier' && others.names.has(local.name)) ? 'hands on' : 'own';
    case 'ExportDefaultDeclaration':
      return isOther(statement.declaration, others) ? 'hands on' : 'own';
    case 'ExpressionStatement':
      // What only looks at something, `void own`, does nothing.
      return ('directive' in statement && typeof statement.directive === 'string') || IDLE.has(statement.expression.type) ? 'nothing' : 'own';
    case 'VariableDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'ClassDeclaration':
    case 'FunctionDeclaration':
    case 'TSEnumDeclaration':
    case 'TSImportEqualsDeclaration':
      // Others have what is exported alone: the export that names it tells.
      return 'nothing';
    default:
      return 'own';
  }
}

const IDLE = new Set<Node['type']>(['UnaryExpression', 'Identifier', 'Literal', 'MemberExpression']);

/** Whether an expression is an object that holds nothing but names of others, or all of theirs: they are handed on in a bag. */
function isTableOfOthers(node: Node, others: Others): boolean {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return isTableOfOthers(node.expression, others);
    case 'CallExpression':
      return chainOf(node.callee)?.join('.') === 'Object.freeze' && node.arguments[0] !== undefined && isTableOfOthers(node.arguments[0], others);
    case 'ObjectExpression':
      return node.properties.length > 0 && node.properties.every((property) => isOther(property.type === 'SpreadElement' ? property.argument : property.value, others) || isTableOfOthers(property.type === 'SpreadElement' ? property.argument : property.value, others));
    default:
      return false;
  }
}

/** Whether an expression is a name of others, or a member of a whole module of theirs; a member of a thing is something else than the thing. */
const isOther = (node: Node, { names, modules }: Others): boolean => {
  const [root, ...rest] = namedBy(node) ?? [];
  return root !== undefined && names.has(root) && rest.length <= (modules.has(root) ? 1 : 0);
};

/** Whether a declaration only gives another name to what is imported. */
function isAlias(declaration: Node, others: Others): boolean {
  switch (declaration.type) {
    case 'VariableDeclaration':
      return declaration.declarations.length > 0 && declaration.declarations.every(({ id, init }) => init !== null && ((id.type === 'Identifier' && isTableOfOthers(init, others)) || isOther(init, others)) && (id.type === 'Identifier' || others.modules.has(chainOf(init)?.[0] ?? '')));
    case 'TSTypeAliasDeclaration': {
      const { typeAnnotation: type } = declaration;
      if (type.type === 'TSImportType') return true;
      if (type.type === 'TSTypeQuery') return type.exprName.type === 'TSImportType' || (type.exprName.type === 'Identifier' && others.names.has(type.exprName.name));
      if (type.type !== 'TSTypeReference') return false;
      let { typeName: name }: { typeName: Node } = type;
      while (name.type === 'TSQualifiedName') name = name.left;
      // With arguments of its own choice it is a new type; with its own parameters it is the old one.
      const parameters = declaration.typeParameters?.params.map((parameter) => parameter.name.name) ?? [];
      const given = type.typeArguments?.params.map((argument) => (argument.type === 'TSTypeReference' && argument.typeName.type === 'Identifier' ? argument.typeName.name : '')) ?? [];
      return name.type === 'Identifier' && others.names.has(name.name) && given.join() === parameters.join();
    }
    case 'TSInterfaceDeclaration':
      return declaration.body.body.length === 0 && declaration.extends.length === 1 && isOther(declaration.extends[0]?.expression ?? declaration, others);
    case 'ClassDeclaration':
      return declaration.body.body.length === 0 && declaration.superClass !== null && others.names.has(chainOf(declaration.superClass)?.[0] ?? '');
    default:
      return false;
  }
}
