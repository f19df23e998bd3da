import type { Node } from 'oxc-parser';
import { constantText } from '../core/constant-text.ts';
import { meant, type Meant } from '../core/meant.ts';
import type { Names } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { propertyName } from '../core/plain-name.ts';
import { childrenOf } from '../core/walk.ts';
import { baseOf, isLabel, isRawTag, unwrapped, withoutGlobalThis } from './bare-expression.ts';
import { globalCall } from './known-inert.ts';
import { isFunction } from './see-functions.ts';
import type { Chain, Doing, Given } from './hygiene-facts.ts';
import type { SeeValues } from './see-values.ts';

/** What the code of a file looks like to all its readers. */
export interface Reading {
  readonly file: ParsedFile;
  readonly names: Names;
  readonly values: SeeValues;
  /** What reads the environment: `process.env`. */
  readonly environment: ReadonlySet<string>;
  /** The class that the code belongs to. */
  readonly owner: string | null;
  /** Functions of a function's own whose calls were followed: each is, once. */
  readonly followed: Set<Node>;
  /** Whether the code runs when the file is imported, not when somebody calls it. */
  readonly isTop: boolean;
}

type Thing = Doing extends infer One ? (One extends Doing ? Omit<One, 'line' | 'column'> : never) : never;

/** What happens when some code runs, functions that are only written down there left out. */
export function doingsOf(reading: Reading, ...nodes: readonly (Node | null | undefined)[]): readonly Doing[] {
  const { file, names, values, environment, owner, followed, isTop } = reading;
  const doings: Doing[] = [];
  const put = (node: Node, thing: Thing): void => {
    doings.push({ ...thing, ...file.at(node) });
  };

  const visit = (node: Node): void => {
    if (isFunction(node)) return;
    switch (node.type) {
      case 'CallExpression':
      case 'NewExpression':
        return call(node);
      case 'TaggedTemplateExpression':
        visitAll(node.quasi.expressions);
        if (!isRawTag(node.tag)) called(node, node.tag, false, given(node.quasi.expressions));
        return;
      case 'Decorator':
        visit(node.expression);
        called(node, node.expression, false, { bodies: [], names: [] });
        return;
      case 'AwaitExpression':
        if (isTop) put(node, { do: 'effect', what: 'waits, and so does whoever imports it' });
        return visit(node.argument);
      case 'ForOfStatement':
        if (isTop && node.await) put(node, { do: 'effect', what: 'waits, and so does whoever imports it' });
        break;
      case 'ThrowStatement':
        if (isTop) put(node, { do: 'effect', what: 'throws' });
        break;
      case 'ImportExpression':
        put(node, { do: 'effect', what: 'loads another module' });
        break;
      case 'AssignmentExpression':
        assigned(node.left, node);
        visitPattern(node.left);
        return visit(node.right);
      case 'UpdateExpression':
        return assigned(node.argument, node);
      case 'UnaryExpression':
        if (node.operator === 'delete') assigned(node.argument, node);
        break;
      case 'Identifier':
      case 'MemberExpression':
        return read(node);
      case 'VariableDeclarator':
        if (node.init !== null) {
          readParts(node.id, node.init);
          visit(node.init);
        }
        return visitPattern(node.id);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return defined(node);
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportSpecifier':
      case 'MetaProperty':
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration !== null) visit(node.declaration);
        return;
      case 'Property':
        if (node.computed) visit(node.key);
        return visit(node.value);
      case 'LabeledStatement':
        return visit(node.body);
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'TSEnumDeclaration':
      case 'TSEnumBody':
      case 'TSEnumMember':
      case 'TSModuleBlock':
      case 'TSExportAssignment':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
        break;
      case 'TSModuleDeclaration':
        if (node.body !== null && !node.declare) visit(node.body);
        return;
      default:
        if (node.type.startsWith('TS')) return;
    }
    for (const child of childrenOf(node)) if (!isLabel(node, child)) visit(child);
  };
  const visitAll = (list: readonly (Node | null)[]): void => {
    for (const node of list) if (node !== null) visit(node);
  };
  /** The parts of a pattern that run: defaults and computed keys. */
  const visitPattern = (pattern: Node): void => {
    switch (pattern.type) {
      case 'AssignmentPattern':
        visit(pattern.right);
        return visitPattern(pattern.left);
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'Property' && property.computed) visit(property.key);
          visitPattern(property.type === 'RestElement' ? property.argument : property.value);
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) visitPattern(element);
        return;
      case 'MemberExpression':
        if (pattern.computed) visit(pattern.property);
        return;
      default:
    }
  };

  const call = (node: Extract<Node, { type: 'CallExpression' | 'NewExpression' }>): void => {
    const { callee } = node;
    visitAll(node.arguments);
    // A function that is written down and called at once is code that runs here.
    const direct = unwrapped(callee);
    if (isFunction(direct)) {
      doings.push(...bodyOf(reading, direct), ...given(node.arguments).bodies);
      return;
    }
    if (direct.type === 'MemberExpression' && isFunction(unwrapped(direct.object))) {
      // (function () {}).call(…)
      doings.push(...bodyOf(reading, unwrapped(direct.object)));
      return;
    }
    if (callee.type === 'Super') return;
    const base = direct.type === 'MemberExpression' ? direct.object : direct;
    const found = environmentIn(base);
    if (found !== undefined) return put(base, { do: 'environment', what: found });
    const [of, key] = node.arguments;
    if (of !== undefined && key !== undefined && namesGlobal(callee, 'Reflect.get')) {
      const name = constantText(key);
      const chain = meant(of, names);
      const taken = chain === undefined || name === undefined ? undefined : environmentOf({ root: chain.root, chain: [chain.chain[0], ...chain.chain.slice(1), name] });
      if (taken !== undefined) return put(node, { do: 'environment', what: taken });
    }
    called(node, callee, node.type === 'NewExpression', given(node.arguments));
    if (meant(base, names) === undefined) visit(base);
    const [first] = node.arguments;
    if (first !== undefined && changesFirst(callee)) assigned(first, node);
    if (node.type === 'NewExpression' && direct.type === 'Identifier' && direct.name === 'Date' && node.arguments.length === 0 && names.meaning(direct) === 'global') put(node, { do: 'effect', what: 'reads the clock' });
  };

  const called = (node: Node, callee: Node, isNew: boolean, withWhat: Given): void => {
    const inner = unwrapped(callee);
    const named = meant(inner, names);
    const chain = named === undefined ? undefined : values.atHome(named);
    if (chain?.root === 'global' || chain?.root === 'module') {
      put(node, { do: 'call', of: withoutGlobalThis(chain), isGlobal: chain.root === 'global', isNew, calls: 0, ...withWhat });
      return;
    }
    if (inner.type === 'MemberExpression') {
      const name = propertyName(inner.property, inner.computed);
      if (name === undefined) return put(node, { do: 'effect', what: 'calls a method that nobody can tell' });
      if ((inner.object.type === 'ThisExpression' || inner.object.type === 'Super') && owner !== null) return put(node, { do: 'own', key: `${owner}#${name}` });
      return put(node, { do: 'method', on: values.valueOf(inner.object), name, ...withWhat });
    }
    const value = values.valueOf(inner);
    switch (value.is) {
      case 'made':
        return put(node, { do: 'call', of: value.of, isGlobal: value.isGlobal, isNew: value.isNew, calls: value.calls + 1, ...withWhat });
      case 'named':
        return put(node, { do: 'call', of: value.of, isGlobal: value.isGlobal, isNew, calls: 0, ...withWhat });
      case 'given':
        return put(node, { do: 'call given' });
      default: {
        const own = inner.type === 'Identifier' ? names.declarationOf(inner)?.init : null;
        if (own !== null && own !== undefined && isFunction(own)) {
          if (followed.has(own)) return;
          followed.add(own);
          doings.push(...bodyOf(reading, own));
          return;
        }
        put(node, { do: 'effect', what: 'calls something that nobody can tell' });
      }
    }
  };

  const given = (args: readonly Node[]): Given => {
    const bodies: Doing[] = [];
    const given: { of: Chain; isGlobal: boolean }[] = [];
    const look = (node: Node): void => {
      if (isFunction(node)) {
        bodies.push(...bodyOf({ ...reading, isTop: false }, node));
        return;
      }
      const chain = meant(node, names);
      if (chain?.root === 'module' || chain?.root === 'global') {
        given.push({ of: withoutGlobalThis(chain), isGlobal: chain.root === 'global' });
        return;
      }
      if (node.type === 'ObjectExpression' || node.type === 'Property' || node.type === 'ArrayExpression' || node.type === 'SpreadElement' || node.type === 'ConditionalExpression') for (const child of childrenOf(node)) if (!isLabel(node, child)) look(child);
    };
    for (const arg of args) look(arg);
    return { bodies, names: given };
  };

  const assigned = (target: Node, node: Node): void => {
    switch (target.type) {
      case 'ObjectPattern':
      case 'ArrayPattern':
        for (const child of childrenOf(target)) assigned(child.type === 'Property' ? child.value : child, node);
        return;
      case 'AssignmentPattern':
        return assigned(target.left, node);
      case 'RestElement':
        return assigned(target.argument, node);
      default: {
        const value = values.valueOf(baseOf(target));
        if (target.type === 'Identifier' && value.is !== 'named') return;
        if (value.is === 'named') put(node, { do: 'change', of: value.of, isGlobal: value.isGlobal });
        else if (value.is === 'given') put(node, { do: 'change given' });
        else if (value.is === 'self') put(node, { do: 'change self' });
        else if (value.is === 'unknown') put(node, { do: 'effect', what: 'changes something that nobody can tell' });
      }
    }
  };

  const namesGlobal = (callee: Node, name: string): boolean => {
    const chain = meant(callee, names);
    return chain?.root === 'global' && withoutGlobalThis(chain).join('.') === name;
  };
  const changesFirst = (callee: Node): boolean => {
    const chain = meant(callee, names);
    return chain?.root === 'global' && globalCall(withoutGlobalThis(chain).join('.'), false) === 'changes its first argument';
  };
  const environmentIn = (node: Node): string | undefined => {
    if (node.type === 'MemberExpression' && node.object.type === 'MetaProperty') {
      const name = `import.meta.${propertyName(node.property, node.computed) ?? ''}`;
      return environment.has(name) ? name : undefined;
    }
    const chain = values.mayLead(node) ? meant(node, names) : undefined;
    return chain === undefined ? undefined : environmentOf(chain);
  };
  const environmentOf = (chain: Meant): string | undefined => {
    const whole = values.expand(chain);
    return [...environment].find((name) => whole === name || whole.startsWith(`${name}.`));
  };
  /** Whether the environment is among what is taken apart. */
  const readParts = (pattern: Node, source: Node): void => {
    if (pattern.type !== 'ObjectPattern') return;
    const isMeta = source.type === 'MetaProperty';
    const chain = isMeta || !values.mayLead(source) ? undefined : meant(source, names);
    if (chain === undefined && !isMeta) return;
    for (const property of pattern.properties) {
      if (property.type !== 'Property') continue;
      const name = propertyName(property.key, property.computed);
      if (name === undefined) continue;
      const found = chain === undefined ? [...environment].find((known) => known === `import.meta.${name}`) : environmentOf({ root: chain.root, chain: [chain.chain[0], ...chain.chain.slice(1), name] });
      if (found !== undefined) put(property, { do: 'environment', what: found });
    }
  };
  const read = (node: Extract<Node, { type: 'Identifier' | 'MemberExpression' }>): void => {
    const found = environmentIn(node);
    if (found !== undefined) return put(node, { do: 'environment', what: found });
    if (node.type === 'Identifier') return;
    visit(node.object);
    if (node.computed) visit(node.property);
  };

  for (const node of nodes) if (node !== null && node !== undefined) visit(node);
  return doings;

  function defined(node: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>): void {
    visitAll(node.decorators);
    if (node.superClass !== null) visit(node.superClass);
    const inner: Reading = { ...reading, owner: node.id?.name ?? owner };
    for (const member of node.body.body) {
      if ('decorators' in member) visitAll(member.decorators);
      if ('computed' in member && member.computed && 'key' in member) visit(member.key);
      if (member.type === 'StaticBlock') doings.push(...doingsOf(inner, ...member.body).filter((doing) => doing.do !== 'change self'));
      else if ((member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') && member.static) doings.push(...doingsOf(inner, member.value));
      else if (member.type === 'MethodDefinition') for (const parameter of member.value.params) if (parameter.type === 'TSParameterProperty') visitAll(parameter.decorators);
    }
  }
}

/** What happens when a function is called. */
export function bodyOf(reading: Reading, node: Node): readonly Doing[] {
  if (!isFunction(node)) return [];
  const defaults = node.params.map((parameter) => (parameter.type === 'AssignmentPattern' ? parameter.right : null));
  return doingsOf({ ...reading, isTop: reading.isTop && !('async' in node && node.async) }, ...defaults, node.body);
}
