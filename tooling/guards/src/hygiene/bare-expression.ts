import { visitorKeys, type Node } from 'oxc-parser';
import type { Meant } from '../core/meant.ts';
import { propertyName } from '../core/plain-name.ts';
import type { Chain } from './hygiene-facts.ts';

/** `globalThis.fetch` is `fetch`. */
export const withoutGlobalThis = ({ root, chain }: Meant): Chain => {
  const [first, second, ...rest] = chain;
  return root === 'global' && (first === 'globalThis' || first === 'window' || first === 'self' || first === 'global') && second !== undefined ? [second, ...rest] : chain;
};

/** An expression without what is there for the compiler alone. */
export function unwrapped(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ChainExpression':
      return unwrapped(node.expression);
    default:
      return node;
  }
}

/** What an assignment changes in the end: `a` of `a.b.c`. */
export const baseOf = (target: Node): Node => (target.type === 'MemberExpression' ? baseOf(unwrapped(target.object)) : unwrapped(target));
/** Whether a tag is `String.raw`, which does nothing to its text. */
export const isRawTag = (tag: Node): boolean => tag.type === 'MemberExpression' && tag.object.type === 'Identifier' && tag.object.name === 'String' && propertyName(tag.property, tag.computed) === 'raw';
/** Whether a child only names something. */
export const isLabel = (node: Node, child: Node): boolean =>
  visitorKeys[node.type] !== undefined && ((node.type === 'Property' && node.key === child && !node.computed && node.value !== child) || (node.type === 'TSEnumMember' && node.id === child));
