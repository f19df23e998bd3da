import type { Workspace } from '../core/workspace.ts';
import { treeDigest } from './tree-digest.ts';

/** The digest of the tree of one run, made once; what may ask for it is put together before the tree has been read. */
export class TreeDigests {
  #workspace: Workspace | undefined;
  #known: Promise<string> | undefined;

  /** Says that the tree has been read. */
  read(workspace: Workspace): void {
    this.#workspace = workspace;
  }

  /** @param isFresh reads every file once more */
  of(isFresh = false): Promise<string> {
    if (this.#workspace === undefined) throw new Error('the tree has not been read yet');
    return isFresh ? treeDigest(this.#workspace, true) : (this.#known ??= treeDigest(this.#workspace));
  }
}
