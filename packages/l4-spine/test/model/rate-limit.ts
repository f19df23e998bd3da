import type { ModelRateLimit } from './state.ts';

/** A limit as it is asked for: slides, and is exact, where it does not say. */
export interface AskedLimit {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly algorithm?: string;
  readonly mode?: string;
}

/** Limits as they are kept and shown. */
export const asStored = (limits: readonly AskedLimit[]): readonly ModelRateLimit[] => limits.map((limit) => ({ algorithm: 'SLIDING', mode: 'EXACT', ...limit }));

/** Whether a list of limits is one that nobody could take: "unique in its list". */
export const hasNamesakes = (limits: readonly AskedLimit[] | undefined): boolean => new Set(limits?.map(({ name }) => name)).size !== (limits?.length ?? 0);
