import type { RateAlgorithm, RateMode, RefillInterval } from './enums.ts';

/** How much may be taken in how long: of a key, of an owner, of a tenant. Source: DOMAIN.md. */
export interface RateLimit {
  /** 1 to 64 of `[a-z0-9_-]`, unique among its neighbours: with algorithm and window it names what is counted. */
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** SLIDING: never more than `limit` in any interval of `windowMs`. FIXED: in any window that begins at a multiple of `windowMs` since 1970. */
  readonly algorithm: RateAlgorithm;
  /** EXACT: counted in the database. LOCAL: each server process enforces its share, without asking anyone. */
  readonly mode: RateMode;
}

/** What a key's credits are brought up to at the first use in a new UTC day or month. */
export interface CreditRefill {
  readonly amount: number;
  readonly interval: RefillInterval;
}
