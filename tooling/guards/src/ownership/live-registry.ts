/**
 * What a composed application has registered, told in plain data: the guards judge what is there, not what somebody wrote down.
 * Nothing is left out of it and nothing corrected: what is registered twice stands in it twice.
 */
export interface LiveRegistry {
  readonly operations: readonly LiveOperation[];
  readonly invariants: readonly LiveInvariant[];
  readonly routes: readonly LiveRoute[];
}

/** An operation as it is registered. */
export interface LiveOperation {
  /** `<domain>.<write or query>`, such as `api_keys.write`. */
  readonly address: string;
  readonly method: string;
  readonly kind: 'write' | 'read' | 'decide';
  /** The semantic name that invariants guard. */
  readonly anchor: string | null;
  /** Who may use it. */
  readonly planes: readonly string[];
  /** The ids of the invariants that it names. */
  readonly invariants: readonly string[];
  /** Why a write is guarded by none. */
  readonly exemption: string | null;
  /** Where it is defined: `<path from the root>:<line>`. */
  readonly place: string;
}

/** An invariant as it is registered. */
export interface LiveInvariant {
  readonly id: string;
  /** A predicate over stored rows, or one that needs the request. */
  readonly kind: 'state' | 'transition';
  /** The anchors whose operations it guards. */
  readonly guards: readonly string[];
  readonly severity: string;
  /** Whether stored rows can be searched for what it would refuse. */
  readonly hasScan: boolean;
  /** Where it is defined: `<path from the root>:<line>`. */
  readonly place: string;
}

/** A route of a plane, and all that it may dispatch. */
export interface LiveRoute {
  readonly plane: string;
  /** The HTTP method. */
  readonly method: string;
  readonly path: string;
  readonly dispatches: readonly (readonly [address: string, method: string])[];
  /** The file of the table that it stands in: `<path from the root>`, with `:<line>` where that is known. */
  readonly place: string;
}
