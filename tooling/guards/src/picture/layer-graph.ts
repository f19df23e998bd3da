import picomatch from 'picomatch';
import type { Finding } from '../core/finding.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Layer } from '../run/config.ts';

/** What is drawn for what belongs to no layer, where a broken import leads there. */
export const OUTSIDE = 'outside';

/** The imports from one layer to another. */
export interface LayerEdge {
  readonly from: string;
  readonly to: string;
  readonly imports: number;
  /** How many of them break a rule. */
  readonly broken: number;
}

/** Layers by name with the number of their files, and the imports between them. */
export interface LayerGraph {
  readonly layers: ReadonlyMap<string, number>;
  readonly edges: readonly LayerEdge[];
}

/**
 * Counts files and imports by layer.
 * @param findings those that have another end (`to`) make an import a broken one
 */
export function layerGraph(workspace: Workspace, layers: readonly Layer[], findings: readonly Finding[]): LayerGraph {
  const matchers = layers.map(({ name, path }) => ({ name, matches: picomatch(path, { dot: true }) }));
  const layerOf = (path: string): string | undefined => matchers.find(({ matches }) => matches(path))?.name;
  const files = new Map(layers.map(({ name }) => [name, 0]));
  const edges = new Map<string, { from: string; to: string; imports: number; broken: number }>();
  const edge = (from: string, to: string): { imports: number; broken: number } => {
    const key = JSON.stringify([from, to]);
    const known = edges.get(key) ?? { from, to, imports: 0, broken: 0 };
    edges.set(key, known);
    return known;
  };
  for (const path of workspace.paths) {
    const from = layerOf(path);
    if (from === undefined) continue;
    files.set(from, (files.get(from) ?? 0) + 1);
    for (const target of targetsOf(workspace, path)) {
      const to = layerOf(target);
      if (to !== undefined && to !== from) edge(from, to).imports += 1;
    }
  }
  for (const { path, to: target } of distinctEnds(findings)) {
    const from = layerOf(path);
    if (from !== undefined) edge(from, layerOf(target) ?? OUTSIDE).broken += 1;
  }
  return { layers: files, edges: [...edges.values()] };
}

/** The files that a file asks for, as often as it asks. */
const targetsOf = (workspace: Workspace, path: string): readonly string[] =>
  workspace.module(path).requests.flatMap(({ specifier }) => {
    if (specifier === null) return [];
    const resolution = workspace.resolve(path, specifier);
    return resolution.kind === 'file' ? [resolution.path] : [];
  });

/** An import that breaks two rules is one broken import. */
function distinctEnds(findings: readonly Finding[]): readonly { readonly path: string; readonly to: string }[] {
  const ends = findings.flatMap(({ path, to }) => (to === undefined ? [] : [{ path, to }]));
  return [...new Map(ends.map((end) => [JSON.stringify(end), end])).values()];
}
