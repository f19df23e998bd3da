import type { Node } from 'oxc-parser';
import { meant, rootOf, type Meant } from '../core/meant.ts';
import type { Names } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { isFunction } from './see-functions.ts';
import type { Value } from './hygiene-facts.ts';

const PLAIN: Value = { is: 'plain' };
const UNKNOWN: Value = { is: 'unknown' };

/** Tells what expressions are, as far as one file goes. */
export class SeeValues {
  readonly #file: ParsedFile;
  readonly #names: Names;

  /** Names that may lead to the environment: most files have none, and then nothing is asked. */
  readonly #leads: ReadonlySet<string>;

  constructor(file: ParsedFile, names: Names) {
    this.#file = file;
    this.#names = names;
    const leads = new Set(['process', 'globalThis', 'window', 'self', 'global', 'Deno', 'Bun']);
    for (const { local, specifier } of file.module.imports) if (/^(node:)?process$/.test(specifier)) leads.add(local);
    for (const { name, init } of names.declared) {
      const root = init === null ? undefined : rootOf(init);
      if (root !== undefined && leads.has(root.name)) leads.add(name);
    }
    this.#leads = leads;
  }

  /** Whether an expression may be of the environment. */
  mayLead(node: Node): boolean {
    const root = rootOf(node);
    return root !== undefined && this.#leads.has(root.name);
  }

  valueOf(node: Node, patience: number = 10): Value {
    if (patience === 0) return UNKNOWN;
    if (isFunction(node)) return PLAIN;
    switch (node.type) {
      case 'Literal':
      case 'TemplateLiteral':
      case 'ArrayExpression':
      case 'ObjectExpression':
      case 'UnaryExpression':
      case 'UpdateExpression':
      case 'BinaryExpression':
      case 'ClassExpression':
      case 'MetaProperty':
        return PLAIN;
      case 'ThisExpression':
      case 'Super':
        return { is: 'self' };
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ChainExpression':
        return this.valueOf(node.expression, patience);
      case 'ConditionalExpression':
        return this.#first([node.consequent, node.alternate], patience);
      case 'LogicalExpression':
        return this.#first([node.left, node.right], patience);
      case 'AssignmentExpression':
        return this.valueOf(node.right, patience);
      case 'AwaitExpression':
        return this.valueOf(node.argument, patience);
      case 'CallExpression':
        return this.#called(node.callee, false, patience);
      case 'NewExpression':
        return this.#called(node.callee, true, patience);
      case 'TaggedTemplateExpression':
        return this.#called(node.tag, false, patience);
      case 'Identifier':
        return this.#named(node, node, patience);
      case 'MemberExpression': {
        const chain = meant(node, this.#names);
        if (chain?.root === 'module' || chain?.root === 'global') return { is: 'named', of: chain.chain, isGlobal: chain.root === 'global' };
        return this.valueOf(node.object, patience - 1);
      }
      default:
        return UNKNOWN;
    }
  }

  /** A chain as a dotted name, aliases of the file's top resolved to what no module declares: `env` of `const { env } = process` is `process.env`. */
  expand({ root, chain }: Meant): string {
    const [first, ...rest] = chain;
    if (root === 'global') return (['globalThis', 'window', 'self', 'global'].includes(first) && rest.length > 0 ? rest : chain).join('.');
    if (root !== 'module') return '';
    const { imports, aliases } = this.#file.module;
    const imported = imports.find(({ local }) => local === first);
    if (imported !== undefined) {
      if (!/^(node:)?process$/.test(imported.specifier)) return '';
      return ['process', ...(imported.imported === '*' || imported.imported === 'default' ? [] : [imported.imported]), ...rest].join('.');
    }
    const alias = aliases.find(({ local }) => local === first);
    if (alias === undefined || alias.of[0] === first) return '';
    const declared = this.#names.declared.some(({ name, isTop }) => isTop && name === alias.of[0]);
    return this.expand({ root: declared ? 'module' : 'global', chain: [alias.of[0], ...alias.of.slice(1), ...rest] });
  }

  /** A chain whose root is an alias of the file's top for what no module declares, as that. */
  atHome(meant: Meant): Meant {
    if (meant.root !== 'module' || !this.#file.module.aliases.some(({ local }) => local === meant.chain[0])) return meant;
    const [first, ...rest] = this.expand(meant).split('.');
    return first === undefined || first === '' ? meant : { root: 'global', chain: [first, ...rest] };
  }

  #first(nodes: readonly Node[], patience: number): Value {
    const found = nodes.map((node) => this.valueOf(node, patience - 1));
    return found.find(({ is }) => is !== 'plain') ?? PLAIN;
  }

  #named(node: Extract<Node, { type: 'Identifier' }>, whole: Node, patience: number): Value {
    const chain = meant(whole, this.#names);
    if (chain?.root === 'module' || chain?.root === 'global') return chain.chain[0] === 'undefined' ? PLAIN : { is: 'named', of: chain.chain, isGlobal: chain.root === 'global' };
    const declared = this.#names.declarationOf(node);
    if (declared === undefined) return UNKNOWN;
    switch (declared.how) {
      case 'parameter':
        return { is: 'given' };
      case 'variable':
        return declared.init === null ? PLAIN : this.valueOf(declared.init, patience - 1);
      case 'caught':
      case 'function':
      case 'class':
      case 'enum':
        return PLAIN;
      default:
        return UNKNOWN;
    }
  }

  #called(callee: Node, isNew: boolean, patience: number): Value {
    const inner = callee.type === 'TSInstantiationExpression' || callee.type === 'ChainExpression' || callee.type === 'TSNonNullExpression' ? callee.expression : callee;
    const chain = meant(inner, this.#names);
    if (chain?.root === 'module' || chain?.root === 'global') return { is: 'made', of: chain.chain, isGlobal: chain.root === 'global', isNew, calls: 0 };
    if (inner.type === 'MemberExpression') {
      // What a method answers is of the kind of what it was called on, as far as anybody can tell: z.object({}).strict() is zod's.
      return this.valueOf(inner.object, patience - 1);
    }
    const made = this.valueOf(inner, patience - 1);
    return made.is === 'made' ? { ...made, calls: made.calls + 1 } : made.is === 'named' ? { ...made, is: 'made', isNew, calls: 0 } : made.is === 'plain' ? PLAIN : UNKNOWN;
  }
}
