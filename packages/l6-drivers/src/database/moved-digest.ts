import type { Param } from './sql.ts';

/** What is stored of a token, and what is to be stored in its place: both are digests of the same token, under two peppers. */
export interface MovedDigest {
  readonly id: string;
  readonly from: { readonly digest: string; readonly pepperId: string };
  readonly to: { readonly digest: string; readonly pepperId: string };
}

/** The columns of many, as arrays: ids, then digests and peppers that are stored, then those that are to be. */
export const columnsOf = (moved: readonly MovedDigest[]): readonly Param[] => [
  moved.map(({ id }) => id), moved.map(({ from }) => from.digest), moved.map(({ from }) => from.pepperId),
  moved.map(({ to }) => to.digest), moved.map(({ to }) => to.pepperId),
];
