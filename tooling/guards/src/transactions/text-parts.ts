import type { Node } from 'oxc-parser';
import { chainOf, propertyName } from '../core/plain-name.ts';
import type { Names } from '../core/names.ts';
import { meant, rootOf } from '../core/meant.ts';

/**
 * A text as far as one file tells it: constant pieces, constants of other files (a chain of names, to be looked up there; with
 * `glue`, a list of texts that is joined), and holes where nobody can tell.
 */
export type Part = string | { readonly of: readonly [string, ...string[]]; readonly glue?: string } | null;

/** How many constants that are made of constants are followed. */
const PATIENCE = 12;

/** The parts of the text that an expression is; undefined where it is no text that could be told in part. */
export function partsOf(node: Node, names: Names, patience: number = PATIENCE): readonly Part[] | undefined {
  if (patience === 0) return undefined;
  const part = (inner: Node): readonly Part[] => partsOf(inner, names, patience - 1) ?? [null];
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' || typeof node.value === 'number' ? [String(node.value)] : undefined;
    case 'TemplateLiteral':
      return node.quasis.flatMap(({ value }, index) => [value.cooked ?? value.raw, ...maybe(node.expressions[index], part)]);
    case 'TaggedTemplateExpression': {
      const isRaw = chainOf(node.tag)?.join('.') === 'String.raw';
      return node.quasi.quasis.flatMap(({ value }, index) => [isRaw ? value.raw : (value.cooked ?? value.raw), ...maybe(node.quasi.expressions[index], part)]);
    }
    case 'BinaryExpression':
      return node.operator === '+' ? [...part(node.left), ...part(node.right)] : undefined;
    case 'CallExpression':
      return partsOfCall(node, names, patience);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ChainExpression':
      return partsOf(node.expression, names, patience);
    case 'Identifier':
    case 'MemberExpression':
      return partsNamed(node, names, patience);
    default:
      return undefined;
  }
}

/** Parts that are neighbours and constant as one. */
export function melt(parts: readonly Part[]): readonly Part[] {
  const melted: Part[] = [];
  for (const part of parts) {
    const last = melted.at(-1);
    if (typeof part === 'string' && typeof last === 'string') melted[melted.length - 1] = last + part;
    else melted.push(part);
  }
  return melted.filter((part) => part !== '');
}

/** The expressions that a list holds, where they are written down. */
export function elementsOf(node: Node, names: Names, patience: number = PATIENCE): readonly Node[] | undefined {
  if (patience === 0) return undefined;
  switch (node.type) {
    case 'ArrayExpression':
      return node.elements.filter((element) => element !== null);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return elementsOf(node.expression, names, patience);
    case 'CallExpression':
      // Object.freeze([…]) is the list.
      return chainOf(node.callee)?.join('.') === 'Object.freeze' && node.arguments[0] !== undefined ? elementsOf(node.arguments[0], names, patience) : undefined;
    case 'Identifier': {
      const declared = names.declarationOf(node);
      return declared?.how === 'variable' && declared.init !== null && declared.path?.length === 0 && !declared.isEach ? elementsOf(declared.init, names, patience - 1) : undefined;
    }
    default:
      return undefined;
  }
}

const maybe = (node: Node | undefined, part: (inner: Node) => readonly Part[]): readonly Part[] => (node === undefined ? [] : part(node));

function partsOfCall(call: Extract<Node, { type: 'CallExpression' }>, names: Names, patience: number): readonly Part[] | undefined {
  const { callee, arguments: given } = call;
  if (callee.type !== 'MemberExpression') {
    if (callee.type !== 'Identifier') return undefined;
    if (callee.name === 'String' && given[0] !== undefined) return partsOf(given[0], names, patience - 1);
    return given.length === 0 ? partsAnswered(callee, names, patience) : undefined;
  }
  const method = propertyName(callee.property, callee.computed);
  if (method === 'fromCharCode' || method === 'fromCodePoint') {
    const codes = given.map((inner) => Number(whole(partsOf(inner, names, patience - 1)) ?? Number.NaN));
    return codes.every((code) => Number.isInteger(code)) ? [String.fromCodePoint(...codes)] : undefined;
  }
  const part = (inner: Node): readonly Part[] => partsOf(inner, names, patience - 1) ?? [null];
  switch (method) {
    case 'join': {
      const [glue] = given;
      const between = glue === undefined ? [','] : part(glue);
      const elements = elementsOf(callee.object, names);
      if (elements !== undefined) return elements.flatMap((element, index) => (index === 0 ? part(element) : [...between, ...part(element)]));
      const list = meant(callee.object, names);
      const [constant] = melt(between);
      return list?.root === 'module' ? [{ of: list.chain, glue: typeof constant === 'string' ? constant : '' }] : undefined;
    }
    case 'concat':
      return [callee.object, ...given].flatMap(part);
    case 'toUpperCase':
    case 'toLowerCase':
    case 'trim':
    case 'trimStart':
    case 'trimEnd':
    case 'normalize':
    case 'toString':
    case 'valueOf': {
      const parts = partsOf(callee.object, names, patience - 1);
      return parts?.map((text) => (typeof text !== 'string' ? text : method === 'toUpperCase' ? text.toUpperCase() : method === 'toLowerCase' ? text.toLowerCase() : text));
    }
    case 'slice':
    case 'substring':
    case 'replace':
    case 'replaceAll':
      return cut(method, [callee.object, ...given].map((inner) => whole(partsOf(inner, names, patience - 1))));
    default:
      return undefined;
  }
}

/** A text that is all there. */
function whole(parts: readonly Part[] | undefined): string | undefined {
  const [only, ...others] = melt(parts ?? [null]);
  return others.length === 0 && typeof only === 'string' ? only : undefined;
}

/** What is left of a constant text after a constant cut. */
function cut(method: 'slice' | 'substring' | 'replace' | 'replaceAll', [text, first, second = '']: readonly (string | undefined)[]): readonly Part[] | undefined {
  if (text === undefined || first === undefined) return undefined;
  if (method === 'replace') return [text.replace(first, () => second)];
  if (method === 'replaceAll') return [text.replaceAll(first, () => second)];
  return [text[method](Number(first), second === '' ? undefined : Number(second))];
}

/** What a function without parameters answers, where it is one expression. */
function partsAnswered(callee: Extract<Node, { type: 'Identifier' }>, names: Names, patience: number): readonly Part[] | undefined {
  const declared = names.declarationOf(callee);
  if (declared?.how === 'import') return [{ of: [callee.name, '()'] }];
  const answer = declared?.init === null || declared?.init === undefined ? undefined : answerOf(declared.init);
  return answer === undefined ? undefined : partsOf(answer, names, patience - 1);
}

/** The one expression that a function answers. */
export function answerOf(node: Node): Node | undefined {
  if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') return node.body;
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression' && node.type !== 'FunctionDeclaration') return undefined;
  const [only, ...others] = node.body !== null && 'body' in node.body && Array.isArray(node.body.body) ? node.body.body : [];
  return others.length === 0 && only?.type === 'ReturnStatement' ? (only.argument ?? undefined) : undefined;
}

function partsNamed(node: Node, names: Names, patience: number): readonly Part[] | undefined {
  const root = rootOf(node);
  const declared = root === undefined ? undefined : names.declarationOf(root);
  const chain = chainOf(node);
  if (chain === undefined) {
    const key = node.type === 'MemberExpression' ? propertyName(node.property, node.computed) : undefined;
    const written = node.type === 'MemberExpression' && key !== undefined ? within(node.object, [key]) : undefined;
    if (written !== undefined) return partsOf(written, names, patience - 1);
    const found = meant(node, names);
    return found?.root === 'module' && found.chain.length > 1 ? [{ of: found.chain }] : undefined;
  }
  if (declared === undefined) return undefined;
  if (declared.how === 'import') return [{ of: chain }];
  if (declared.init === null || declared.path === null || declared.isEach) return undefined;
  const value = within(declared.init, [...declared.path, ...chain.slice(1)]);
  if (value !== undefined) return partsOf(value, names, patience - 1);
  const found = meant(node, names);
  return found?.root === 'module' && found.chain[0] !== chain[0] ? [{ of: found.chain }] : undefined;
}

/** What stands at a path of properties in an object, a list, a class or an enum that is written down. */
export function within(node: Node, path: readonly string[]): Node | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return node;
  switch (node.type) {
    case 'ObjectExpression':
      for (const property of node.properties) {
        if (property.type === 'Property' && propertyName(property.key, property.computed) === first) return within(property.value, rest);
      }
      return undefined;
    case 'ArrayExpression': {
      const element = node.elements[Number(first)];
      return element === null || element === undefined ? undefined : within(element, rest);
    }
    case 'ClassDeclaration':
    case 'ClassExpression':
      for (const member of node.body.body) {
        if (member.type === 'PropertyDefinition' && member.static && member.value !== null && propertyName(member.key, member.computed) === first) return within(member.value, rest);
      }
      return undefined;
    case 'TSEnumDeclaration': {
      const member = node.body.members.find(({ id }) => (id.type === 'Identifier' ? id.name : id.type === 'Literal' ? id.value : undefined) === first);
      return member?.initializer ?? undefined;
    }
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return within(node.expression, path);
    case 'CallExpression':
      return chainOf(node.callee)?.join('.') === 'Object.freeze' && node.arguments[0] !== undefined ? within(node.arguments[0], path) : undefined;
    default:
      return undefined;
  }
}
