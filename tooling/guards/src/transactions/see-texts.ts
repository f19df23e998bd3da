import type { Node } from 'oxc-parser';
import { meant } from '../core/meant.ts';
import type { Declared, Names } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { propertyName } from '../core/plain-name.ts';
import type { Ancestors } from '../core/walk.ts';
import { answerOf, elementsOf, melt, partsOf } from './text-parts.ts';
import { SQL_VERB } from './control-statements.ts';
import { isNoText, isPartOfText } from './text-places.ts';
import type { SqlPlaces } from './transactions-config.ts';
import type { SqlText } from './transactions-facts.ts';

/** Sees the texts that may be transaction control, and the functions that send what they are handed. */
export class SeeTexts {
  readonly #texts: (SqlText & { readonly toOwn: string | null; readonly isVerb: boolean })[] = [];
  #sendsSql = false;
  /** Functions that send what they are handed as SQL, by name. */
  readonly #senders = new Map<string, Set<number>>();
  /** Names of functions that are written down as a member of something. */
  readonly #members = new Map<Node, string>();
  count = 0;
  readonly #file: ParsedFile;
  readonly #names: Names;
  readonly #places: { readonly calls: ReadonlySet<string>; readonly told: ReadonlySet<string>; readonly keys: ReadonlySet<string>; readonly tags: ReadonlySet<string> };
  readonly #likely: RegExp;
  /** Texts that were seen as what they are a part of, or where SQL is expected. */
  readonly #seen = new Set<Node>();

  constructor(file: ParsedFile, names: Names, places: SqlPlaces, likely: RegExp) {
    this.#file = file;
    this.#names = names;
    this.#places = { calls: new Set(places.calls), told: new Set(places.told), keys: new Set(places.keys), tags: new Set(places.tags) };
    this.#likely = likely;
  }

  /** What was seen, once the walk is over: only then is it known which functions send what they are handed. */
  get seen(): { readonly texts: readonly SqlText[]; readonly senders: Readonly<Record<string, readonly number[]>> } {
    return {
      // Whoever sends SQL has no lone verb of it for anything else.
      texts: this.#texts.map(({ toOwn, isVerb, ...text }) => ({ ...text, isSql: text.isSql || (isVerb && this.#sendsSql) || (toOwn !== null && this.#senders.get(toOwn)?.has(text.to?.index ?? -1) === true) })),
      senders: Object.fromEntries([...this.#senders].map(([name, indexes]) => [name, [...indexes]])),
    };
  }

  see(node: Node, above: Ancestors): void {
    switch (node.type) {
      case 'MethodDefinition':
      case 'PropertyDefinition': {
        const name = propertyName(node.key, node.computed);
        if (name === undefined || node.value === null) return;
        this.#members.set(node.value, name);
        if (this.#places.keys.has(name)) this.#expected(node.type === 'MethodDefinition' ? (answerOf(node.value) ?? node.value) : node.value);
        return;
      }
      case 'AssignmentExpression': {
        const key = node.left.type === 'MemberExpression' ? propertyName(node.left.property, node.left.computed) : undefined;
        if (key !== undefined && this.#places.keys.has(key)) this.#expected(node.right);
        return;
      }
      case 'CallExpression':
      case 'NewExpression': {
        const called = this.#called(node.callee);
        if (called.some((name) => this.#places.calls.has(name))) {
          if (called.some((name) => this.#places.told.has(name)) && node.arguments[0] !== undefined) {
            this.#sendsSql = true;
            this.#asked(node.arguments[0]);
          } else if (node.arguments[0]?.type === 'ObjectExpression') this.#asked(node.arguments[0]);
          const isForeign = called.includes('call') || called.includes('apply') || called.includes('bind');
          // A list behind the first argument is what fills the text's places, or the arguments of a program.
          for (const [index, argument] of node.arguments.entries()) if (index === 0 || isForeign || argument.type !== 'ArrayExpression') this.#expected(argument);
        }
        // Reflect.apply(client.query, client, ['…'])
        const [first, ...others] = node.arguments;
        if (called.includes('apply') && first !== undefined && this.#called(first).some((name) => this.#places.calls.has(name))) for (const argument of others) this.#expected(argument);
        if (node.type === 'CallExpression' && (called.includes('join') || called.includes('concat') || called.includes('fromCharCode'))) this.#plain(node, above);
        return;
      }
      case 'Property': {
        const key = propertyName(node.key, node.computed);
        if (key !== undefined) this.#members.set(node.value, key);
        if (key !== undefined && this.#places.keys.has(key) && above.at(-1)?.type === 'ObjectExpression') {
          this.#expected(node.value);
          if (above.at(-2)?.type === 'CallExpression' || SQL_VERB.test(firstWord(node.value))) this.#sendsSql = true;
        }
        return;
      }
      case 'TaggedTemplateExpression': {
        if (this.#called(node.tag).some((tag) => this.#places.tags.has(tag))) this.#expected(node);
        else this.#plain(node, above);
        return;
      }
      case 'Literal':
        if (typeof node.value === 'string') this.#plain(node, above);
        return;
      case 'TemplateLiteral':
      case 'BinaryExpression':
        this.#plain(node, above);
        return;
      default:
    }
  }

  /** A text where SQL is expected, and each that it may be. */
  #expected(node: Node, patience: number = 6): void {
    if (patience === 0 || this.#seen.has(node)) return;
    switch (node.type) {
      case 'ConditionalExpression':
        this.#expected(node.consequent, patience);
        this.#expected(node.alternate, patience);
        return;
      case 'LogicalExpression':
        this.#expected(node.left, patience);
        this.#expected(node.right, patience);
        return;
      case 'AwaitExpression':
        return this.#expected(node.argument, patience);
      case 'SpreadElement':
        return this.#expected(node.argument, patience);
      case 'ObjectExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return;
      case 'ArrayExpression':
        for (const element of node.elements) if (element !== null) this.#expected(element, patience);
        return;
      case 'Identifier': {
        const declared = this.#names.declarationOf(node);
        if (declared?.how === 'parameter') this.#sends(declared);
        if (declared?.how === 'variable' && declared.init !== null && declared.path?.length === 0) {
          const { init } = declared;
          const elements = declared.isEach ? elementsOf(init, this.#names) : undefined;
          if (elements !== undefined) {
            for (const element of elements) this.#judge(element, true, element);
            return;
          }
          if (init.type === 'ConditionalExpression' || init.type === 'LogicalExpression' || init.type === 'ArrayExpression') return this.#expected(init, patience - 1);
        }
        break;
      }
      default:
    }
    this.#judge(node, true, node);
  }

  /** A text that must be told: one that is computed from what nobody can read is noted as such. What a parameter is, its caller tells. */
  #asked(argument: Node, place: Node = argument): void {
    let node = argument;
    while (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' || node.type === 'TSNonNullExpression' || node.type === 'AwaitExpression') node = node.type === 'AwaitExpression' ? node.argument : node.expression;
    if (node.type === 'ObjectExpression') {
      const held = node.properties.find((property) => property.type === 'Property' && this.#places.keys.has(propertyName(property.key, property.computed) ?? ''));
      if (held?.type === 'Property') this.#asked(held.value, place);
      return;
    }
    if (node.type === 'Identifier') {
      const declared = this.#names.declarationOf(node);
      if (declared?.how !== 'variable' || declared.init === null || declared.path?.length !== 0 || declared.isEach) return;
      return this.#asked(declared.init, place);
    }
    if (!COMPUTED.has(node.type) || partsOf(node, this.#names) !== undefined) return;
    this.#texts.push({ parts: [null], isSql: true, isVerb: false, isAsked: true, to: null, toOwn: null, ...this.#file.at(place) });
  }

  /** The names by which what is called is known: its own, and those that it had where it comes from. */
  #called(callee: Node): readonly string[] {
    if (callee.type === 'MemberExpression') {
      const name = propertyName(callee.property, callee.computed);
      if (name === 'call' || name === 'apply' || name === 'bind') return [name, ...this.#called(callee.object)];
      if (name !== undefined) return [name];
    }
    if (callee.type === 'CallExpression') return this.#called(callee.callee).includes('bind') ? this.#called(callee.callee) : [];
    const chain = meant(callee, this.#names)?.chain;
    const [root, ...rest] = chain ?? [];
    if (root === undefined) return [];
    if (rest.length > 0) return rest.slice(-1);
    const { imports, aliases } = this.#file.module;
    return [root, ...imports.flatMap(({ local, imported }) => (local === root ? [imported] : [])), ...aliases.flatMap(({ local, of }) => (local === root ? of.slice(-1) : []))];
  }

  /** Notes the function whose parameter is sent. */
  #sends({ scope, identifier }: Declared): void {
    // The scope of a parameter is its function.
    const owner = scope as Node;
    if (!('params' in owner) || !Array.isArray(owner.params)) return;
    const index = owner.params.findIndex(({ start, end }) => start <= identifier.start && identifier.start < end);
    const name = this.#members.get(owner) ?? this.#names.declared.find(({ init }) => init === owner)?.name;
    if (name === undefined) return;
    const indexes = this.#senders.get(name) ?? new Set();
    this.#senders.set(name, indexes.add(index));
  }

  /** A text that stands anywhere. */
  #plain(node: Node, above: Ancestors): void {
    const parent = above.at(-1);
    if (this.#seen.has(node) || parent === undefined || isNoText(node, parent) || isPartOfText(node, above)) return;
    if (node.type === 'BinaryExpression' && node.operator !== '+') return;
    const index = parent.type === 'CallExpression' ? parent.arguments.findIndex((argument) => argument === node) : -1;
    if (parent.type === 'ArrayExpression' && isFilling(parent, above.at(-2))) return;
    this.#judge(node, false, node, index < 0 || parent.type !== 'CallExpression' ? null : { callee: parent.callee, index });
  }

  #judge(node: Node, isSql: boolean, place: Node, handed: { readonly callee: Node; readonly index: number } | null = null): void {
    this.#seen.add(node);
    this.count += 1;
    const found = partsOf(node, this.#names);
    if (found === undefined) return;
    const parts = melt(found);
    const isVerb = VERB.test(parts.length === 1 && typeof parts[0] === 'string' ? parts[0] : '');
    const text = parts.filter((part) => typeof part === 'string').join('');
    const isGlued = node.type === 'BinaryExpression' || node.type === 'CallExpression' || (node.type === 'TemplateLiteral' && node.expressions.length > 0);
    const needsOthers = parts.some((part) => part !== null && typeof part === 'object');
    if (!needsOthers && !this.#likely.test(text)) return;
    // A word that was put together is meant for something that would not have it in one piece.
    const callee = handed === null ? undefined : meant(handed.callee, this.#names);
    this.#texts.push({
      parts, isVerb, isSql: isSql || (isGlued && !parts.includes(null)), ...this.#file.at(place),
      to: handed === null ? null : { of: callee?.root === 'module' ? callee.chain : ['this'], index: handed.index },
      toOwn: handed === null ? null : (lastName(handed.callee, this.#names) ?? null),
    });
  }
}

/** Whether a list stands behind the first argument of a call of a method: it fills the places of a text, or is what a program is started with. */
const isFilling = (list: Node, call: Node | undefined): boolean =>
  call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && call.arguments.findIndex((argument) => argument === list) > 0
  && !['call', 'apply', 'bind'].includes(propertyName(call.callee.property, call.callee.computed) ?? '');

/** How a text begins, as it is written. */
function firstWord(node: Node): string {
  const [begin = null] = node.type === 'Literal' || node.type === 'TemplateLiteral' ? (node.type === 'Literal' ? [node.value] : node.quasis.map(({ value }) => value.raw)) : [];
  return typeof begin === 'string' ? begin.trimStart() : '';
}

/** What makes a text that can be anything. */
const COMPUTED = new Set<Node['type']>(['CallExpression', 'NewExpression', 'TaggedTemplateExpression']);

/** A statement of one word that means nothing else where SQL is sent; `end`, `abort` and `release` are words of events as well. */
const VERB = /^\s*(?:begin|commit|rollback|savepoint)\s*;?\s*$/;

/** The last of a chain of names, aliases followed. */
function lastName(callee: Node, names: Names): string | undefined {
  if (callee.type === 'MemberExpression') return propertyName(callee.property, callee.computed) ?? undefined;
  return meant(callee, names)?.chain.at(-1);
}
