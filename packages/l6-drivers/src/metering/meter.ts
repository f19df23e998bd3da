import type { MeterScope, RateAlgorithm } from '@hoc/l7-models/enums';
import type { CreditRefill } from '@hoc/l7-models/rate-limit';

/** What a verification takes from: a rate limit, a key's credits, or one of the leases that a key may have at a time. */
export interface Meter {
  readonly kind: RateAlgorithm | 'CREDITS' | 'CONCURRENCY';
  readonly scope: MeterScope;
  /** A key's `meterId`, an owner's `ownerRef`, or the tenant's id; credits and concurrency are a key's. */
  readonly scopeId: string;
  /** Empty for credits and concurrency. */
  readonly name: string;
  /** 0 for credits: how many there are is stored. */
  readonly limit: number;
  /** 0 for credits and concurrency. */
  readonly windowMs: number;
  readonly refill?: CreditRefill | null;
}

/** A lease to be taken, under an id of the caller's. */
export interface NewLease {
  readonly id: string;
  readonly seconds: number;
}

/** One verification's demand: all of it is taken, or nothing. */
export interface Taking {
  readonly tenantId: string;
  readonly keyId: string;
  readonly meters: readonly Meter[];
  /** From each rate limit and from the credits; a lease is always one. */
  readonly cost: number;
  /** Needed where one of the meters is CONCURRENCY. */
  readonly lease: NewLease | null;
}

/** What one meter said. */
export interface Reading {
  readonly allowed: boolean;
  /** After the taking; where nothing was taken, what there is. */
  readonly remaining: number;
  /**
   * How long, in milliseconds, until more is left than now; where this meter refused, until it could allow the same again (until
   * it is whole, for what is more than it ever holds). 0 where nothing is taken from it, and where only a release or an admin can tell.
   */
  readonly resetMs: number;
}

export interface Taken {
  readonly isTaken: boolean;
  /** In the order of the taking's meters. */
  readonly readings: readonly Reading[];
  /** The database's clock when it was decided; a lease ends `seconds` after it. */
  readonly at: Date;
}
