import type { Node } from 'oxc-parser';

/**
 * The text that an expression is, where that can be told from the file alone: literals, templates and sums of such,
 * `[…].join(…)`, `String.raw`, `'…'.concat(…)`, and names that `lookUp` knows.
 * @param lookUp the expression that a name stands for, where it is a constant; each name is followed once
 * @param hole what stands in for a part that cannot be told; without one such an expression has no constant text
 */
export function constantText(node: Node, lookUp: (name: string) => Node | undefined = () => undefined, hole?: string): string | undefined {
  const met = new Set<string>();
  const textOf = (part: Node): string | undefined => read(part) ?? hole;
  const all = (parts: readonly Node[]): readonly string[] | undefined => {
    const texts = parts.map(textOf);
    return texts.every((text) => text !== undefined) ? texts : undefined;
  };
  const read = (part: Node): string | undefined => {
    switch (part.type) {
      case 'Literal':
        return typeof part.value === 'string' || typeof part.value === 'number' ? String(part.value) : undefined;
      case 'TemplateLiteral':
        return weave(part.quasis.map(({ value }) => value.cooked ?? value.raw), all(part.expressions));
      case 'TaggedTemplateExpression':
        return weave(part.quasi.quasis.map(({ value }) => value.cooked ?? value.raw), all(part.quasi.expressions));
      case 'BinaryExpression': {
        if (part.operator !== '+') return undefined;
        return all([part.left, part.right])?.join('');
      }
      case 'CallExpression':
        return readCall(part);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return read(part.expression);
      case 'Identifier': {
        if (met.has(part.name)) return undefined;
        met.add(part.name);
        const value = lookUp(part.name);
        const text = value === undefined ? undefined : read(value);
        met.delete(part.name);
        return text;
      }
      default:
        return undefined;
    }
  };
  const readCall = (call: Extract<Node, { type: 'CallExpression' }>): string | undefined => {
    const { callee } = call;
    if (callee.type !== 'MemberExpression') return undefined;
    const method = callee.computed ? (callee.property.type === 'Literal' ? String(callee.property.value) : undefined) : callee.property.type === 'Identifier' ? callee.property.name : undefined;
    if (method === 'join' && callee.object.type === 'ArrayExpression') {
      const [glue] = call.arguments;
      const separator = glue === undefined ? ',' : read(glue);
      const parts = all(callee.object.elements.filter((element) => element !== null));
      return separator === undefined ? undefined : parts?.join(separator);
    }
    if (method === 'concat') return all([callee.object, ...call.arguments])?.join('');
    if (method === 'toUpperCase' || method === 'toLowerCase' || method === 'trim' || method === 'toString') {
      const text = read(callee.object);
      return method === 'toUpperCase' ? text?.toUpperCase() : method === 'toLowerCase' ? text?.toLowerCase() : text?.trim();
    }
    return undefined;
  };
  return read(node);
}

function weave(texts: readonly string[], values: readonly string[] | undefined): string | undefined {
  return values === undefined ? undefined : texts.map((text, index) => text + (values[index] ?? '')).join('');
}
