import type { Node } from 'oxc-parser';
import { meant, rootOf } from '../core/meant.ts';
import type { RequestFact } from '../core/module-facts.ts';
import type { Names } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { chainOf, propertyName } from '../core/plain-name.ts';
import { constantText } from '../core/constant-text.ts';
import type { Ancestors } from '../core/walk.ts';
import type { Chain, Definition, Range, Use } from './transactions-facts.ts';
import { isHandedOn } from './handed-on.ts';
import { beyond, isNoReading, takenApart } from './used-names.ts';

/** A piece of the file's text. */
interface Region {
  readonly start: number;
  readonly end: number;
}

const WHOLE = new Set(['globalThis', 'window', 'self', 'global']);

/** Sees what each part of a file uses of the file's top, of other modules and of no module, and which calls may define a write. */
export class SeeUses {
  readonly relays: Record<string, Chain> = {};
  readonly #file: ParsedFile;
  readonly #names: Names;
  readonly #inside: ReadonlySet<string>;
  readonly #watched: ReadonlySet<string>;
  readonly #found: (Use & { readonly start: number })[] = [];
  readonly #requires: readonly RequestFact[];
  readonly #units = new Map<string, Region>();
  readonly #later = new Map<string, readonly Region[]>();
  readonly #definitions: (Omit<Definition, 'functions'> & { readonly functions: Readonly<Record<string, Region>> })[] = [];

  /**
   * @param inside names of the functions of a definition that run inside a write
   * @param globals names of no module that are I/O
   */
  constructor(file: ParsedFile, names: Names, inside: ReadonlySet<string>, globals: readonly string[]) {
    this.#file = file;
    this.#names = names;
    this.#inside = inside;
    this.#requires = file.module.requests.filter(({ kind }) => kind === 'require');
    this.#watched = new Set([...globals.map((name) => name.split('.')[0] ?? name), ...WHOLE, 'process', ...names.declared.flatMap(({ name, isTop }) => (isTop ? [name] : []))]);
  }

  see(node: Node, above: Ancestors): void {
    switch (node.type) {
      case 'Identifier':
        if (this.#watched.has(node.name)) this.#identifier(node, above);
        return;
      case 'ImportExpression': {
        const specifier = constantText(node.source);
        if (specifier === undefined) return;
        const of: Chain = [`import:${specifier}`, ...beyond(node, above)];
        const taken = takenApart(node, above);
        if (taken === undefined) this.#use(of, false, node);
        else for (const name of taken) this.#use([of[0], ...of.slice(1), name], false, node);
        return;
      }
      case 'CallExpression':
        this.#call(node, above);
        return;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (above.length <= 2) this.#unit(node.id?.name ?? 'default', node);
        return;
      case 'AssignmentExpression':
        this.#assigned(node);
        return;
      case 'TSModuleDeclaration':
        if (above.length <= 2 && node.id.type === 'Identifier') this.#unit(node.id.name, node);
        return;
      case 'VariableDeclarator':
        if (above.length <= 3 && above.every(({ type }) => type === 'Program' || type === 'ExportNamedDeclaration' || type === 'VariableDeclaration')) this.#variable(node);
        return;
      case 'ExportDefaultDeclaration':
        this.#unit('default', node.declaration);
        return;
      default:
    }
  }

  /** What was seen of the whole file, once the walk is over. */
  get seen(): { readonly uses: readonly Use[]; readonly units: Readonly<Record<string, Range>>; readonly later: Readonly<Record<string, readonly Range[]>>; readonly definitions: readonly Definition[] } {
    const found = this.#found.sort((a, b) => a.start - b.start);
    const before = (offset: number): number => {
      let [low, high] = [0, found.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((found[middle]?.start ?? Infinity) < offset) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    const range = ({ start, end }: Region): Range => [before(start), before(end)];
    const ranges = (regions: Iterable<readonly [string, Region]>): Readonly<Record<string, Range>> => Object.fromEntries([...regions].map(([name, region]) => [name, range(region)] as const));
    return {
      uses: found.map(({ start: _start, ...use }) => use),
      units: ranges(this.#units),
      later: Object.fromEntries([...this.#later].map(([name, regions]) => [name, regions.map(range)])),
      definitions: this.#definitions.map(({ functions, ...definition }) => ({ ...definition, functions: ranges(Object.entries(functions)) })),
    };
  }

  #use(of: Chain, isGlobal: boolean, node: { readonly start: number }, more: Pick<Use, 'isComputed' | 'isHanded'> = {}): void {
    this.#found.push({ of, isGlobal, ...more, start: node.start, ...this.#file.at(node) });
  }

  #identifier(node: Extract<Node, { type: 'Identifier' }>, above: Ancestors): void {
    const parent = above.at(-1);
    if (parent === undefined || isNoReading(node, parent)) return;
    const meaning = this.#names.meaning(node);
    if (meaning === 'local') return;
    const of: Chain = [node.name, ...beyond(node, above)];
    const taken = takenApart(node, above);
    if (taken === undefined) this.#use(of, meaning === 'global', node, {
      ...(parent.type === 'MemberExpression' && parent.object === node && of.length === 1 ? { isComputed: true } : {}),
      ...(meaning === 'module' && isHandedOn(node, above) ? { isHanded: true } : {}),
    });
    else for (const name of taken) this.#use([node.name, ...of.slice(1), name], meaning === 'global', node);
  }

  #variable({ id, init }: Extract<Node, { type: 'VariableDeclarator' }>): void {
    if (init === null) return;
    for (const { name, isTop, init: value } of this.#names.declared) if (isTop && value === init) this.#unit(name, init);
    if (id.type !== 'Identifier') return;
    const relay = init.type === 'CallExpression' ? this.#factoryOf(init) : undefined;
    if (relay !== undefined) this.relays[id.name] = relay;
  }

  /** What is given to a name of the file's top later, or to a member of it, is its own as well. */
  #assigned({ left, right }: Extract<Node, { type: 'AssignmentExpression' }>): void {
    const root = rootOf(left);
    if (root === undefined || !this.#watched.has(root.name) || this.#names.meaning(root) !== 'module') return;
    this.#later.set(root.name, [...(this.#later.get(root.name) ?? []), right]);
  }

  #unit(name: string, node: Node): void {
    this.#units.set(name, node);
    if (node.type === 'ObjectExpression') {
      for (const property of node.properties) if (property.type === 'Property') this.#member(name, propertyName(property.key, property.computed), property.value);
    } else if (node.type === 'ClassDeclaration') {
      for (const member of node.body.body) if (member.type === 'MethodDefinition' && member.static) this.#member(name, propertyName(member.key, member.computed), member);
    }
  }

  #member(name: string, member: string | undefined, node: Node): void {
    if (member !== undefined) this.#units.set(`${name}.${member}`, node);
  }

  #call(call: Extract<Node, { type: 'CallExpression' }>, above: Ancestors): void {
    if (chainOf(call.callee)?.at(-1) === 'getBuiltinModule' && call.arguments[0] !== undefined) {
      const asked = constantText(call.arguments[0]);
      if (asked !== undefined) this.#use([`import:${asked}`, ...beyond(call, above)], false, call);
    }
    const required = this.#requires.find(({ line, column }) => isAt(this.#file, call, line, column))?.specifier;
    if (required !== undefined && required !== null) this.#use([`import:${required}`, ...beyond(call, above)], false, call);
    const factory = this.#factoryOf(call);
    if (factory === undefined) return;
    const functions: Record<string, Region> = {};
    const from: Chain[] = [];
    for (const argument of call.arguments) this.#definition(argument, functions, from, call.callee.type === 'CallExpression' || above.length <= 4, above, factory);
    if (Object.keys(functions).length > 0 || from.length > 0) this.#definitions.push({ factory, functions, from, ...this.#file.at(call) });
  }

  #definition(node: Node, functions: Record<string, Region>, from: Chain[], isLikely: boolean, above: Ancestors, factory: Chain): void {
    switch (node.type) {
      case 'ObjectExpression':
        for (const property of node.properties) {
          if (property.type === 'SpreadElement') {
            const spread = meant(property.argument, this.#names);
            if (spread?.root === 'module') from.push(spread.chain);
            continue;
          }
          const name = propertyName(property.key, property.computed);
          if (name !== undefined && this.#inside.has(name)) functions[name] = property.value;
        }
        return;
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
        return this.#definition(node.expression, functions, from, isLikely, above, factory);
      case 'CallExpression':
        // Object.freeze({…}) is the definition.
        if (chainOf(node.callee)?.[0] === 'Object') for (const argument of node.arguments) this.#definition(argument, functions, from, isLikely, above, factory);
        return;
      case 'Identifier':
      case 'MemberExpression': {
        const given = isLikely ? meant(node, this.#names) : undefined;
        if (given?.root === 'module') from.push(given.chain);
        else if (node.type === 'Identifier' && this.#names.declarationOf(node)?.how === 'parameter') {
          const relay = nameAround(above);
          if (relay !== undefined) this.relays[relay] ??= factory;
        }
        return;
      }
      default:
    }
  }

  /** What is called in the end: `writeOperation` in `writeOperation<Scope>()({…})`. */
  #factoryOf(call: Extract<Node, { type: 'CallExpression' }>): Chain | undefined {
    let { callee }: { callee: Node } = call;
    while (callee.type === 'CallExpression' && callee.arguments.length === 0) callee = callee.callee;
    while (callee.type === 'TSInstantiationExpression') callee = callee.expression;
    const called = meant(callee, this.#names);
    return called?.root === 'module' ? called.chain : undefined;
  }
}

/** The function of the file's top that something stands in, by its name. */
function nameAround(above: Ancestors): string | undefined {
  const top = above.slice(1, 5).find(({ type }) => type === 'FunctionDeclaration' || type === 'VariableDeclarator');
  if (top?.type === 'FunctionDeclaration') return top.id?.name;
  return top?.type === 'VariableDeclarator' && top.id.type === 'Identifier' ? top.id.name : undefined;
}

function isAt(file: ParsedFile, node: { readonly start: number }, line: number, column: number): boolean {
  const place = file.at(node);
  return place.line === line && place.column === column;
}
