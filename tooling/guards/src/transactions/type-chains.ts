import type { Node } from 'oxc-parser';
import { chainOf } from '../core/plain-name.ts';
import { walk } from '../core/walk.ts';
import type { Chain } from './transactions-facts.ts';

/** The chain of names that one node of a type refers to; undefined where it refers to none. */
export function typeChain(node: Node): Chain | undefined {
  switch (node.type) {
    case 'TSTypeReference':
      return nameChain(node.typeName);
    case 'TSTypeQuery':
      return node.exprName.type === 'TSImportType' ? undefined : nameChain(node.exprName); // an import type is met by itself
    case 'TSImportType':
      return [`import:${node.source.value}`, ...(node.qualifier === null ? [] : (nameChain(node.qualifier) ?? []))];
    case 'TSInterfaceHeritage':
    case 'TSClassImplements':
      return chainOf(node.expression);
    default:
      return undefined;
  }
}

function nameChain(name: Node): Chain | undefined {
  if (name.type === 'Identifier') return [name.name];
  if (name.type !== 'TSQualifiedName') return undefined;
  const left = nameChain(name.left);
  return left === undefined ? undefined : [...left, name.right.name];
}

/** All chains in a type, or in anything that holds types. */
export function typeChainsIn(...nodes: readonly (Node | null | undefined)[]): readonly Chain[] {
  const chains: Chain[] = [];
  for (const node of nodes) {
    if (node === null || node === undefined) continue;
    walk(node, (inner) => {
      const chain = typeChain(inner);
      if (chain !== undefined) chains.push(chain);
    });
  }
  return chains;
}

/** Generics whose members are those of what they are given. */
const SEEN_THROUGH = new Set(['Readonly', 'Partial', 'Required', 'Awaited', 'NonNullable', 'Omit', 'Pick', 'Promise', 'Extract', 'Exclude']);

/** What a type is itself, not what it holds: the parts of a union, what `Readonly` and its like are given, the base that is extended. */
export function outermostChains(node: Node | null | undefined): readonly Chain[] {
  if (node === null || node === undefined) return [];
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
    case 'TSTypeOperator':
      return outermostChains(node.typeAnnotation);
    case 'TSUnionType':
    case 'TSIntersectionType':
      return node.types.flatMap(outermostChains);
    case 'TSIndexedAccessType':
    case 'TSArrayType':
      return [];
    case 'TSTypeReference': {
      const chain = typeChain(node);
      if (chain === undefined) return [];
      return chain.length === 1 && SEEN_THROUGH.has(chain[0]) ? outermostChains(node.typeArguments?.params[0]) : [chain];
    }
    default: {
      const chain = typeChain(node);
      return chain === undefined ? [] : [chain];
    }
  }
}
