import { visitorKeys, type Node } from 'oxc-parser';

/** What is above a node, the nearest last. */
export type Ancestors = readonly Node[];

/**
 * Visits every node of a tree, parents first, in the order of the text.
 * @param visit gets a node and what is above it (one list that changes as the walk goes on: copy what is kept); `false` leaves out what is below
 */
export function walk(root: Node, visit: (node: Node, above: Ancestors) => false | void): void {
  const above: Node[] = [];
  // Every run visits every node of every file: no list is made on the way.
  const enter = (node: Node): void => {
    if (visit(node, above) === false) return;
    const keys = visitorKeys[node.type];
    if (keys === undefined || keys.length === 0) return;
    above.push(node);
    // The keys are the parser's own list of where a node of this type has nodes.
    const fields = node as unknown as Readonly<Record<string, unknown>>;
    for (const key of keys) {
      const value = fields[key];
      if (Array.isArray(value)) {
        for (const item of value as readonly unknown[]) if (isNode(item)) enter(item);
      } else if (isNode(value)) enter(value);
    }
    above.pop();
  };
  enter(root);
}

/** The nodes directly below a node. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  const fields = node as unknown as Readonly<Record<string, unknown>>; // as above
  for (const key of visitorKeys[node.type] ?? []) {
    const value = fields[key];
    if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
