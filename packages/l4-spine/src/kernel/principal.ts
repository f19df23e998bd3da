/** The three planes of HOC: operators (`fdr`), tenant admins (`cus`), services and gateways (`int`). */
export const PLANES = ['fdr', 'int', 'cus'] as const;
export type Plane = (typeof PLANES)[number];

/** Who asks, as authentication found it. Never built from anything that a caller sends. */
export interface Principal {
  readonly plane: Plane;
  /** The id of the token or key that was presented. */
  readonly id: string;
  readonly name: string;
  /** The tenant a `cus` principal belongs to; null on the other planes. */
  readonly tenantId: string | null;
  readonly permissions: ReadonlySet<string>;
}

/** A principal as it is written down: in audit entries, violations and `createdBy`. */
export interface Actor {
  readonly plane: Plane;
  readonly id: string;
  readonly name: string;
}

export const actorOf = ({ plane, id, name }: Principal): Actor => ({ plane, id, name });
