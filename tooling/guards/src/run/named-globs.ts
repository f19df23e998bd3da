import type { GuardsConfig } from './config.ts';

/** A glob or folder pattern of a configuration. */
export interface NamedGlob {
  /** Where it stands: `ownership.dispatch.files`. */
  readonly at: string;
  readonly glob: string;
  /** What it must match: a guarded file, a file that would be guarded without it, or whatever is on the disk. */
  readonly among: 'guarded' | 'excluded' | 'disk';
}

/**
 * All that a configuration names by a pattern, but what its own guard looks for already: `files.include`, the sources of the proofs,
 * who may control transactions, and what hygiene names.
 */
export function namedGlobs({ files, layers, boundaries, ownership, transactions, coverage }: GuardsConfig): readonly NamedGlob[] {
  const globs = (at: string, among: NamedGlob['among'], patterns: readonly string[] = []): readonly NamedGlob[] => patterns.map((glob) => ({ at, glob, among }));
  const folders = (at: string, patterns: readonly string[] = []): readonly NamedGlob[] => globs(at, 'guarded', patterns.map(insideOf));
  const { operations, engines, dispatch } = ownership ?? {};
  return [
    ...globs('files.exclude', 'excluded', files.exclude),
    ...globs('layers', 'guarded', layers?.map(({ path }) => path)),
    ...globs('boundaries.sources', 'disk', boundaries?.sources),
    ...globs('boundaries.packages', 'disk', boundaries?.packages),
    ...globs('ownership.operations.files', 'guarded', operations?.files),
    ...globs('ownership.operations.except', 'guarded', operations?.except),
    ...folders('ownership.operations.folder', operations && [operations.folder]),
    ...folders('ownership.engines.owned', engines?.owned),
    ...folders('ownership.engines.callers', engines?.callers),
    ...globs('ownership.engines.common', 'guarded', engines?.common),
    ...globs('ownership.engines.mayUse', 'guarded', engines?.mayUse?.flatMap(({ uses }) => uses)),
    ...globs('ownership.dispatch.files', 'guarded', dispatch?.files),
    ...globs('ownership.dispatch.except', 'guarded', dispatch?.except),
    ...folders('ownership.dispatch.folder', dispatch && [dispatch.folder]),
    ...globs('transactions.files', 'guarded', transactions?.files),
    ...globs('transactions.exclude', 'guarded', transactions?.exclude),
    ...globs('transactions.own', 'guarded', transactions?.own),
    ...globs('coverage.invariants.files', 'guarded', coverage?.invariants.files),
    ...globs('coverage.invariants.except', 'guarded', coverage?.invariants.except),
    ...globs('coverage.proofs.files', 'disk', coverage?.proofs.files),
    ...globs('coverage.proofs.except', 'disk', coverage?.proofs.except),
  ];
}

/** Whatever is in the folders that a pattern with a name in braces stands for. */
const insideOf = (folder: string): string => `${folder.replaceAll(/\{\w+\}/g, '*').replace(/\/?$/, '/')}**`;
