import type { Node } from 'oxc-parser';
import { meant, rootOf } from '../core/meant.ts';
import type { Names } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { propertyName } from '../core/plain-name.ts';
import type { Ancestors } from '../core/walk.ts';
import { melt, partsOf, type Part } from './text-parts.ts';
import { outermostChains } from './type-chains.ts';
import type { Access, Chain, OpaqueAccess } from './transactions-facts.ts';

/** Ways to take a member by a name that is an argument. */
const BY_NAME = new Set(['Reflect.get', 'Reflect.has', 'Reflect.getOwnPropertyDescriptor', 'Reflect.set', 'Object.getOwnPropertyDescriptor']);
/** Ways to take all members at once. */
const ALL = new Set([
  'Object.values', 'Object.entries', 'Object.assign', 'Object.getOwnPropertyDescriptors', 'Object.keys', 'Object.getOwnPropertyNames', 'Reflect.ownKeys', 'Object.getPrototypeOf',
  'Reflect.getPrototypeOf', 'Object.create',
]);

/** Sees how members are taken that may control a transaction. */
export class SeeAccesses {
  readonly accesses: Access[] = [];
  readonly opaque: OpaqueAccess[] = [];
  readonly #file: ParsedFile;
  readonly #names: Names;
  readonly #control: ReadonlySet<string>;
  /** The types of a class's own properties, by name; a file's classes are taken together. */
  readonly #properties = new Map<string, readonly Chain[]>();

  constructor(file: ParsedFile, names: Names, control: ReadonlySet<string>) {
    this.#file = file;
    this.#names = names;
    this.#control = control;
  }

  see(node: Node, above: Ancestors): void {
    switch (node.type) {
      case 'MemberExpression':
        if (isNoFunction(node, above.at(-1))) return;
        for (const key of this.#keys(node.property, node.computed)) this.#member(node, node.object, key, 'a member that is computed');
        return;
      case 'ObjectPattern': {
        const holder = above.at(-1);
        const source = holder?.type === 'VariableDeclarator' ? holder.init : holder?.type === 'AssignmentExpression' ? holder.right : holder?.type === 'AssignmentPattern' ? holder.right : null;
        for (const property of node.properties) {
          if (property.type === 'RestElement') {
            this.#whole(property, source ?? node, 'the rest of its members');
          } else this.#member(property, source ?? node, this.#key(property.key, property.computed), 'a member that is computed');
        }
        return;
      }
      case 'CallExpression':
        this.#call(node);
        return;
      case 'SpreadElement':
        this.#whole(node, node.argument, 'all members, spread');
        return;
      case 'ForInStatement':
        this.#whole(node, node.right, 'its members, one after the other');
        return;
      case 'PropertyDefinition':
        if (node.typeAnnotation) this.#properties.set(propertyName(node.key, node.computed) ?? '', outermostChains(node.typeAnnotation));
        return;
      case 'TSParameterProperty':
        if (node.parameter.type === 'Identifier' && node.parameter.typeAnnotation) this.#properties.set(node.parameter.name, outermostChains(node.parameter.typeAnnotation));
        return;
      default:
    }
  }

  #call(call: Extract<Node, { type: 'CallExpression' }>): void {
    const [first, second] = call.arguments;
    if (first === undefined) return;
    const callee = meant(call.callee, this.#names);
    if (callee?.root !== 'global') return;
    const name = callee.chain.filter((part) => part !== 'globalThis').join('.');
    if (BY_NAME.has(name) && second !== undefined) this.#member(call, first, partsOf(second, this.#names), 'a member by a name that is computed');
    else if (ALL.has(name)) for (const argument of call.arguments) this.#whole(call, argument, `all members, by ${name}`);
  }

  #key(property: Node, isComputed: boolean): readonly Part[] | undefined {
    const name = propertyName(property, isComputed);
    return name === undefined ? partsOf(property, this.#names) : [name];
  }

  /** The names that a computed key may be. */
  #keys(property: Node, isComputed: boolean): readonly (readonly Part[] | undefined)[] {
    if (isComputed && property.type === 'ConditionalExpression') return [...this.#keys(property.consequent, true), ...this.#keys(property.alternate, true)];
    if (isComputed && property.type === 'LogicalExpression') return [...this.#keys(property.left, true), ...this.#keys(property.right, true)];
    return [this.#key(property, isComputed)];
  }

  #member(node: Node, of: Node, key: readonly Part[] | undefined, how: string): void {
    const parts = key === undefined ? [null] : melt(key);
    if (parts.includes(null)) return this.#whole(node, of, how);
    const [only, ...others] = parts;
    // What is constant here is judged here; what other files complete is kept.
    if (others.length === 0 && typeof only === 'string' && !this.#control.has(only)) return;
    const holder = of.type === 'ObjectPattern' ? undefined : meant(of, this.#names);
    const property = node.type === 'MemberExpression' ? node.property : node;
    this.accesses.push({ member: parts, of: holder?.root === 'module' ? holder.chain : null, ...this.#file.at(property) });
  }

  #whole(node: Node, of: Node, how: string): void {
    const types = this.#typesOf(of);
    if (types.length > 0) this.opaque.push({ how, types, ...this.#file.at(node) });
  }

  /** The types that are written down for a value. */
  #typesOf(value: Node): readonly Chain[] {
    switch (value.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
        return [...outermostChains(value.typeAnnotation), ...this.#typesOf(value.expression)];
      case 'TSNonNullExpression':
      case 'ChainExpression':
        return this.#typesOf(value.expression);
      case 'AwaitExpression':
        return this.#typesOf(value.argument);
      case 'ObjectPattern':
        return outermostChains(value.typeAnnotation);
      case 'Identifier': {
        const identifier = this.#names.declarationOf(value)?.identifier;
        return identifier?.type === 'Identifier' ? outermostChains(identifier.typeAnnotation) : [];
      }
      case 'MemberExpression':
        return value.object.type === 'ThisExpression' && rootOf(value) === undefined ? (this.#properties.get(propertyName(value.property, value.computed) ?? '') ?? []) : [];
      default:
        return [];
    }
  }
}

const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '**', '<', '>', '<=', '>=']);
const CALLING = new Set(['call', 'apply', 'bind']);

/** Whether a member is counted with, or a member with a name of its own is taken of it: then it is none that ends a transaction. */
function isNoFunction(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case 'BinaryExpression':
      return ARITHMETIC.has(parent.operator);
    case 'MemberExpression': {
      const name = parent.object === node ? propertyName(parent.property, parent.computed) : undefined;
      return name !== undefined && !CALLING.has(name);
    }
    default:
      return false;
  }
}
