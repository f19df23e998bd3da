import type { FactsCache } from '../core/facts-cache.ts';
import type { Finding } from '../core/finding.ts';
import { readWorkspace } from '../core/read-workspace.ts';
import type { FileSelection } from '../core/source-tree.ts';
import type { Workspace } from '../core/workspace.ts';
import { CannotRunError } from '../run/cannot-run.ts';
import type { Layer } from '../run/config.ts';
import { baseTree } from './base-tree.ts';
import { layerGraph, type LayerGraph } from './layer-graph.ts';
import { toMermaid } from './mermaid.ts';

/** What is drawn. */
export interface Picture {
  readonly workspace: Workspace;
  readonly layers: readonly Layer[] | undefined;
  readonly files: FileSelection;
  readonly findings: readonly Finding[];
  /** A commit to draw the difference from. */
  readonly base?: string;
  /** Facts of files that the base has in common with the tree. */
  readonly facts: FactsCache;
}

/** Draws the layers of a tree, and what has changed since a base, in Mermaid. @throws {CannotRunError} where a layer has no file */
export async function drawPicture({ workspace, layers, files, findings, base, facts }: Picture): Promise<string> {
  if (layers === undefined) throw new CannotRunError('the configuration has no layers to draw', 'Add `layers`: [{ name, path: <glob> }, …].');
  const graph = layerGraph(workspace, layers, findings);
  const before = base === undefined ? undefined : await graphAt(workspace.root, base, layers, files, facts);
  const empty = [...graph.layers].filter(([name, count]) => count === 0 && (before?.layers.get(name) ?? 0) === 0).map(([name]) => name);
  if (empty.length > 0) throw new CannotRunError(`no file belongs to the layer ${empty.join(', ')}`, 'Correct its `path` in `layers`: it is a glob from the folder of the configuration.');
  return toMermaid(graph, before);
}

async function graphAt(root: string, base: string, layers: readonly Layer[], files: FileSelection, facts: FactsCache): Promise<LayerGraph> {
  const { tree, remove } = await baseTree(root, base, files);
  try {
    return layerGraph(readWorkspace(tree, [], { get: (path, digest) => facts.get(path, digest), set: () => {} }).workspace, layers, []);
  } finally {
    remove();
  }
}
