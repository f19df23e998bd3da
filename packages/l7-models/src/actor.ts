import type { Plane } from './enums.ts';

/** Who did something, as it is written down beside what was done: plane, id and name of the token or key. */
export interface Actor {
  readonly plane: Plane;
  readonly id: string;
  readonly name: string;
}
