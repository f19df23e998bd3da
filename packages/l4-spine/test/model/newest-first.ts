/** The order of every list: by time, then by id, the newest first. */
export const newestFirst = <Row extends { readonly createdAt: number; readonly id: string }>(rows: readonly Row[]): Row[] =>
  [...rows].sort((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1));
