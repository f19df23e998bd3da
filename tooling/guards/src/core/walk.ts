import { visitorKeys, type Node } from 'oxc-parser';

/** What is above a node, the nearest last. */
export type Ancestors = readonly Node[];

/**
 * Visits every node of a tree, parents first, in the order of the text.
 * @param visit gets a node and what is above it (one list that changes as the walk goes on: copy what is kept); `false` leaves out what is below
 */
export function walk(root: Node, visit: (node: Node, above: Ancestors) => false | void): void {
  const above: Node[] = [];
  const enter = (node: Node): void => {
    if (visit(node, above) === false) return;
    above.push(node);
    for (const child of childrenOf(node)) enter(child);
    above.pop();
  };
  enter(root);
}

/** The nodes directly below a node. */
export function childrenOf(node: Node): readonly Node[] {
  // The keys are the parser's own list of where a node of this type has nodes.
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const value = fields[key];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
