import type { Finding } from '../core/finding.ts';
import type { Workspace } from '../core/workspace.ts';

interface Edge {
  readonly to: string;
  readonly line: number;
  readonly column: number;
}

/** Circles of imports: one finding for each group of files that all lead to each other, with the shortest circle through its first file. */
export function judgeCycles(workspace: Workspace, paths: readonly string[], countTypes: boolean): { readonly findings: readonly Finding[]; readonly examined: number } {
  const edges = new Map<string, readonly Edge[]>();
  let examined = 0;
  for (const path of paths) {
    const found = workspace.module(path).requests.flatMap(({ specifier, isType, line, column }): readonly Edge[] => {
      if (specifier === null || (isType && !countTypes)) return [];
      examined += 1;
      const resolution = workspace.resolve(path, specifier);
      return resolution.kind === 'file' && workspace.has(resolution.path) ? [{ to: resolution.path, line, column }] : [];
    });
    edges.set(path, found);
  }
  const findings = knots(paths, edges).flatMap((knot): readonly Finding[] => {
    const [first] = [...knot].sort();
    const circle = first === undefined ? undefined : shortestCircle(first, edges, new Set(knot));
    const [step] = circle ?? [];
    if (first === undefined || circle === undefined || step === undefined) return [];
    const way = [first, ...circle.map(({ to }) => to)].join(' → ');
    const more = knot.length > circle.length ? ` (${knot.length} files lead to each other)` : '';
    return [{ rule: 'hygiene/circular-import', path: first, line: step.line, column: step.column, message: `imports lead in a circle: ${way}${more}` }];
  });
  return { findings, examined };
}

type Edges = ReadonlyMap<string, readonly Edge[]>;

/** Groups of files that all lead to each other (Tarjan's strongly connected components, without recursion). */
function knots(paths: readonly string[], edges: Edges): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const isOn = new Set<string>();
  const found: string[][] = [];
  const open = (path: string, work: { path: string; next: number }[]): void => {
    index.set(path, index.size);
    low.set(path, index.size - 1);
    stack.push(path);
    isOn.add(path);
    work.push({ path, next: 0 });
  };
  for (const start of paths) {
    if (index.has(start)) continue;
    const work: { path: string; next: number }[] = [];
    open(start, work);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { path } = frame;
      const edge = edges.get(path)?.[frame.next];
      if (edge !== undefined) {
        frame.next += 1;
        if (!index.has(edge.to)) open(edge.to, work);
        else if (isOn.has(edge.to)) low.set(path, Math.min(low.get(path) ?? 0, index.get(edge.to) ?? 0));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) low.set(parent.path, Math.min(low.get(parent.path) ?? 0, low.get(path) ?? 0));
      if (low.get(path) !== index.get(path)) continue;
      const knot = stack.splice(stack.indexOf(path));
      for (const member of knot) isOn.delete(member);
      if (knot.length > 1 || edges.get(path)?.some(({ to }) => to === path) === true) found.push(knot);
    }
  }
  return found;
}

/** The shortest way from a file back to it; where several are as short, the first by name. */
function shortestCircle(first: string, edges: Edges, within: ReadonlySet<string>): readonly Edge[] | undefined {
  const ways = new Map<string, readonly Edge[]>();
  let front: readonly (readonly [string, readonly Edge[]])[] = [[first, []]];
  while (front.length > 0) {
    const next: (readonly [string, readonly Edge[]])[] = [];
    for (const [path, way] of front) {
      const sorted = [...(edges.get(path) ?? [])].filter(({ to }) => within.has(to)).sort((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0));
      for (const edge of sorted) {
        if (edge.to === first) return [...way, edge];
        if (ways.has(edge.to)) continue;
        ways.set(edge.to, [...way, edge]);
        next.push([edge.to, [...way, edge]]);
      }
    }
    front = next;
  }
  return undefined;
}
