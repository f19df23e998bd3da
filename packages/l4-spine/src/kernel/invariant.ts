import { callSite } from './call-site.ts';
import type { AnyFact, FactValues } from './fact.ts';
import type { Severity } from './mode.ts';
import type { Request } from './request.ts';

/** Why an invariant does not hold: a sentence, with a status of its own where the invariant's does not fit (404: missing). */
export type Breach = string | { readonly message: string; readonly status: number };

/** The breach of a thing that is not there: 404, and it names nothing to the caller. */
export const missing = (message: string): Breach => ({ message, status: 404 });

/** A stored row that breaks a state invariant. */
export interface ScanFinding {
  readonly tenantId: string;
  readonly subject: string;
  readonly message: string;
}

interface InvariantBase<Anchor extends string, Needs extends readonly AnyFact[], Input> {
  /** Where it is defined, for errors. Set by the functions that define invariants. */
  readonly place: string;
  readonly id: `BI-${string}-${number}`;
  /** The anchors whose operations this invariant guards. */
  readonly guards: readonly Anchor[];
  readonly severity: Severity;
  /** HTTP status of a breach that names none. */
  readonly status: number;
  /** `before` the handler (default), or `after` it, on facts read again before the commit. */
  readonly phase?: 'before' | 'after';
  readonly condition: string;
  readonly remediation: string;
  readonly needs: Needs;
  holds(facts: FactValues<Needs>, request: Request<Input>): true | Breach;
}

/** A predicate over stored rows: it can be scanned. The scan finds the existing rows that the rule would refuse today. */
export interface StateInvariant<Anchor extends string, Needs extends readonly AnyFact[], Input, ReadScope>
  extends InvariantBase<Anchor, Needs, Input> {
  readonly kind: 'state';
  scan(scope: ReadScope, now: Date): Promise<readonly ScanFinding[]>;
}

/** A rule that needs the request or the actor, and so cannot be scanned. */
export interface TransitionInvariant<Anchor extends string, Needs extends readonly AnyFact[], Input>
  extends InvariantBase<Anchor, Needs, Input> {
  readonly kind: 'transition';
}

export type Invariant<Anchor extends string, Needs extends readonly AnyFact[], Input> =
  | StateInvariant<Anchor, Needs, Input, never>
  | TransitionInvariant<Anchor, Needs, Input>;

export type AnyInvariant = Invariant<string, readonly AnyFact[], never>;

export const stateInvariant = <const Anchor extends string, const Needs extends readonly AnyFact[], ReadScope, Input = unknown>(
  definition: Omit<StateInvariant<Anchor, Needs, Input, ReadScope>, 'kind' | 'place'>,
): StateInvariant<Anchor, Needs, Input, ReadScope> => ({ ...definition, kind: 'state', place: callSite() });

export const transitionInvariant = <const Anchor extends string, const Needs extends readonly AnyFact[], Input = unknown>(
  definition: Omit<TransitionInvariant<Anchor, Needs, Input>, 'kind' | 'place'>,
): TransitionInvariant<Anchor, Needs, Input> => ({ ...definition, kind: 'transition', place: callSite() });
