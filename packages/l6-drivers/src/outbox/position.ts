/** A place in the order of a tenant's events: after the event with these numbers. `{seq: 0, ordinal: 0}` is before the first. */
export interface Position {
  readonly seq: number;
  readonly ordinal: number;
}
