/** Files, by path from the root with forward slashes: those of the tree as it stands, or those of a commit. */
export interface SourceFiles {
  /** The paths that match any of some globs and none of the others, sorted. */
  matching(globs: readonly string[], except?: readonly string[]): readonly string[];
  /** What stands in them, in their order; null: there is no such file. */
  read(paths: readonly string[]): readonly (Buffer | null)[];
}
