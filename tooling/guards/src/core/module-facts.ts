import type { ModuleExportName, Node, Program, Statement } from 'oxc-parser';
import { constantText } from './constant-text.ts';
import type { Place } from './finding.ts';
import { chainOf, propertyName } from './plain-name.ts';
import { walk } from './walk.ts';

/** How a module asks for another; `place`: for where it is, or for a thread of it, or, if it is Node's own, for itself without an import. */
export type RequestKind = 'import' | 'side effect' | 're-export' | 'dynamic' | 'require' | 'type' | 'place';

/** A module that another asks for; `specifier` is null where it is computed from what cannot be told from the file. */
export interface RequestFact extends Place {
  readonly kind: RequestKind;
  readonly specifier: string | null;
  /** For the compiler alone: nothing of it is left at run time. */
  readonly isType: boolean;
}

/** A local name for an export of another module; `imported` is `*` for the whole. */
export interface ImportFact extends Place {
  readonly local: string;
  readonly specifier: string;
  readonly imported: string;
  readonly isType: boolean;
}

/** An export handed on without a local name; both names are `*` in `export *`, `imported` alone in `export * as name`. */
export interface ReExportFact extends Place {
  readonly specifier: string;
  readonly imported: string;
  readonly exported: string;
  readonly isType: boolean;
}

/** An export of something of the module's own; `local` is null for an anonymous default. */
export interface ExportFact extends Place {
  readonly exported: string;
  readonly local: string | null;
  readonly isType: boolean;
}

/**
 * A top-level name for something that has a name already: `const a = b`, `const { a: x } = b.c`, `const m = await import('…')`.
 * `of` is a chain of names, root first; a root of the form `import:<specifier>` is a module that was asked for in place.
 */
export interface AliasFact {
  readonly local: string;
  readonly of: readonly [string, ...string[]];
}

/** What joins a module to others. Plain data. */
export interface ModuleFacts {
  readonly requests: readonly RequestFact[];
  readonly imports: readonly ImportFact[];
  readonly reExports: readonly ReExportFact[];
  readonly exports: readonly ExportFact[];
  readonly aliases: readonly AliasFact[];
}

/** Reads the joints of a module off its syntax tree. @param at where a node is */
export function moduleFactsOf(program: Program, at: (node: { readonly start: number }) => Place): ModuleFacts {
  const requests: RequestFact[] = [];
  const imports: ImportFact[] = [];
  const reExports: ReExportFact[] = [];
  const exports: ExportFact[] = [];
  const aliases: AliasFact[] = [];

  const declare = (declaration: Node, isType: boolean): void => {
    for (const { name, node } of declaredBy(declaration)) exports.push({ exported: name, local: name, isType, ...at(node) });
  };
  for (const statement of program.body) {
    switch (statement.type) {
      case 'ImportDeclaration': {
        const specifier = statement.source.value;
        const isAllType = statement.importKind === 'type';
        const parts = statement.specifiers.map((part) => ({
          local: part.local.name, specifier, ...at(part),
          imported: part.type === 'ImportSpecifier' ? nameOf(part.imported) : part.type === 'ImportDefaultSpecifier' ? 'default' : '*',
          isType: isAllType || (part.type === 'ImportSpecifier' && part.importKind === 'type'),
        }));
        imports.push(...parts);
        const isType = isAllType || (parts.length > 0 && parts.every((part) => part.isType));
        requests.push({ kind: isType ? 'type' : parts.length === 0 ? 'side effect' : 'import', specifier, isType, ...at(statement) });
        break;
      }
      case 'ExportAllDeclaration': {
        const specifier = statement.source.value;
        const isType = statement.exportKind === 'type';
        reExports.push({ specifier, imported: '*', exported: statement.exported === null ? '*' : nameOf(statement.exported), isType, ...at(statement) });
        requests.push({ kind: isType ? 'type' : 're-export', specifier, isType, ...at(statement) });
        break;
      }
      case 'ExportNamedDeclaration': {
        const isAllType = statement.exportKind === 'type';
        const specifier = statement.source?.value;
        if (statement.declaration !== null) declare(statement.declaration, isAllType);
        for (const part of statement.specifiers) {
          const isType = isAllType || part.exportKind === 'type';
          const names = { exported: nameOf(part.exported), isType, ...at(part) };
          if (specifier === undefined) exports.push({ ...names, local: nameOf(part.local) });
          else reExports.push({ ...names, specifier, imported: nameOf(part.local) });
        }
        if (specifier !== undefined) requests.push({ kind: isAllType ? 'type' : 're-export', specifier, isType: isAllType, ...at(statement) });
        break;
      }
      case 'ExportDefaultDeclaration': {
        const { declaration } = statement;
        const chain = chainOf(declaration);
        const own = 'id' in declaration && declaration.id !== null && 'name' in declaration.id ? declaration.id.name : null;
        if (chain !== undefined && chain.length > 1) {
          aliases.push({ local: 'default export', of: chain });
          exports.push({ exported: 'default', local: 'default export', isType: false, ...at(statement) });
        } else exports.push({ exported: 'default', local: chain?.[0] ?? own, isType: false, ...at(statement) });
        break;
      }
      default:
        break;
    }
    aliases.push(...aliasesOf(statement));
  }
  /** What `createRequire` made, and `createRequire` itself, under whatever name. */
  const makers = new Set(['createRequire', ...imports.flatMap(({ imported, local }) => (imported === 'createRequire' ? [local] : []))]);
  const requirers = new Set<string>();
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init?.type === 'CallExpression' && makers.has(chainOf(node.init.callee)?.at(-1) ?? '')) {
      requirers.add(node.id.name);
    }
    const request = requestOf(node, requirers, makers);
    if (request !== undefined) requests.push({ ...request, ...at(node) });
  });
  return { requests, imports, reExports, exports, aliases };
}

const nameOf = (name: ModuleExportName): string => (name.type === 'Literal' ? name.value : name.name);

/** The names that a declaration declares, and where. */
export function declaredBy(declaration: Node): readonly { readonly name: string; readonly node: Node }[] {
  if (declaration.type === 'VariableDeclaration') return declaration.declarations.flatMap(({ id }) => boundBy(id));
  if ('id' in declaration && declaration.id !== null && declaration.id !== undefined && 'name' in declaration.id && typeof declaration.id.name === 'string') {
    return [{ name: declaration.id.name, node: declaration }];
  }
  return [];
}

/** The names that a pattern binds, and where. */
function boundBy(pattern: Node): readonly { readonly name: string; readonly node: Node }[] {
  switch (pattern.type) {
    case 'Identifier':
      return [{ name: pattern.name, node: pattern }];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => boundBy(property.type === 'RestElement' ? property.argument : property.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundBy(element)));
    case 'AssignmentPattern':
      return boundBy(pattern.left);
    case 'RestElement':
      return boundBy(pattern.argument);
    default:
      return [];
  }
}

const NONE: ReadonlySet<string> = new Set();
const MAKER: ReadonlySet<string> = new Set(['createRequire']);

function requestOf(node: Node, requirers: ReadonlySet<string> = NONE, makers: ReadonlySet<string> = MAKER): Omit<RequestFact, keyof Place> | undefined {
  if (node.type === 'ImportExpression') return { kind: 'dynamic', specifier: constantText(node.source) ?? null, isType: false };
  if (node.type === 'TSImportType') return { kind: 'type', specifier: node.source.value, isType: true };
  if (node.type === 'TSImportEqualsDeclaration' && node.moduleReference.type === 'TSExternalModuleReference') {
    return { kind: 'require', specifier: node.moduleReference.expression.value, isType: node.importKind === 'type' };
  }
  if (node.type === 'CallExpression' && isRequire(node.callee, requirers, makers)) {
    const [asked] = node.arguments;
    return { kind: 'require', specifier: (asked === undefined ? undefined : constantText(asked)) ?? null, isType: false };
  }
  const place = placeAskedFor(node);
  return place === undefined ? undefined : { kind: 'place', specifier: constantText(place) ?? null, isType: false };
}

/** What `import.meta.resolve(…)`, `process.getBuiltinModule(…)` and `new Worker(…)` ask for. */
function placeAskedFor(node: Node): Node | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
  const [asked] = node.arguments;
  if (asked === undefined) return undefined;
  const { callee } = node;
  if (node.type === 'NewExpression') {
    if (chainOf(callee)?.at(-1) !== 'Worker') return undefined;
    // `new URL('./thread.ts', import.meta.url)`
    return asked.type === 'NewExpression' && chainOf(asked.callee)?.at(-1) === 'URL' ? asked.arguments[0] : asked;
  }
  if (callee.type !== 'MemberExpression') return undefined;
  const name = propertyName(callee.property, callee.computed);
  return name === 'getBuiltinModule' || (name === 'resolve' && callee.object.type === 'MetaProperty') ? asked : undefined;
}

/** `require(…)`, `module.require(…)`, `createRequire(…)(…)` and what was made by it, by its own name. */
function isRequire(callee: Node, requirers: ReadonlySet<string>, makers: ReadonlySet<string>): boolean {
  const chain = chainOf(callee);
  if (chain !== undefined) return chain.at(-1) === 'require' || (chain.length === 1 && requirers.has(chain[0]));
  return callee.type === 'CallExpression' && makers.has(chainOf(callee.callee)?.at(-1) ?? '');
}

/** The aliases that a top-level statement makes. */
function aliasesOf(statement: Statement): readonly AliasFact[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type === 'TSImportEqualsDeclaration') {
    const { id, moduleReference } = declaration;
    return moduleReference.type === 'TSExternalModuleReference' ? [{ local: id.name, of: [`import:${moduleReference.expression.value}`] }] : [];
  }
  if (declaration?.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id, init }) => {
    const of = init === null ? undefined : namedBy(init);
    return of === undefined ? [] : aliasesBound(id, of);
  });
}

/** The chain of names that an expression is, where it is one, or a module that is asked for in place. */
export function namedBy(expression: Node): readonly [string, ...string[]] | undefined {
  const chain = chainOf(expression);
  if (chain !== undefined) return chain;
  switch (expression.type) {
    case 'AwaitExpression':
      return namedBy(expression.argument);
    case 'ImportExpression':
    case 'CallExpression': {
      // `begin.bind(session)` is begin by another name.
      const callee = expression.type === 'CallExpression' ? chainOf(expression.callee) : undefined;
      if (callee !== undefined && callee.at(-1) === 'bind' && callee.length > 1) return [callee[0], ...callee.slice(1, -1)];
      const specifier = requestOf(expression)?.specifier;
      return specifier === undefined || specifier === null ? undefined : [`import:${specifier}`];
    }
    case 'MemberExpression': {
      const object = namedBy(expression.object);
      const name = propertyName(expression.property, expression.computed);
      return object === undefined || name === undefined ? undefined : [...object, name];
    }
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return namedBy(expression.expression);
    default:
      return undefined;
  }
}

/** The aliases that a pattern makes of what stands on its right. */
export function aliasesBound(pattern: Node, of: readonly [string, ...string[]]): readonly AliasFact[] {
  switch (pattern.type) {
    case 'Identifier':
      return [{ local: pattern.name, of }];
    case 'AssignmentPattern':
      return aliasesBound(pattern.left, of);
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => {
        if (property.type === 'RestElement') return aliasesBound(property.argument, of);
        const name = propertyName(property.key, property.computed);
        return name === undefined ? [] : aliasesBound(property.value, [...of, name]);
      });
    default:
      return [];
  }
}
