import type { Node } from 'oxc-parser';
import { constantText } from './constant-text.ts';

/** The name of a property, however it is written: `a.b`, `a['b']`, `a[`b`]`, `{ b: … }`; undefined where it is computed from what is not constant. */
export function propertyName(property: Node, isComputed: boolean): string | undefined {
  if (property.type === 'PrivateIdentifier') return `#${property.name}`;
  if (!isComputed && property.type === 'Identifier') return property.name;
  return constantText(property);
}

/**
 * A chain of names, root first: `a.b['c']` is `['a', 'b', 'c']`. Assertions and `?.` are seen through; undefined where the chain
 * does not begin with a name, or a part of it is not constant. `this` counts as a name.
 */
export function chainOf(node: Node): readonly [string, ...string[]] | undefined {
  switch (node.type) {
    case 'Identifier':
      return [node.name];
    case 'ThisExpression':
      return ['this'];
    case 'MemberExpression': {
      const object = chainOf(node.object);
      const name = propertyName(node.property, node.computed);
      return object === undefined || name === undefined ? undefined : [...object, name];
    }
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return chainOf(node.expression);
    default:
      return undefined;
  }
}
