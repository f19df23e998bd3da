import type { Meter, Reading, Taken } from '@hoc/l6-drivers/metering/meter';

export type { Meter, Reading, Taken };

/** What a key's credits are brought up to at the first use in a new UTC day or month. */
export type CreditRefill = NonNullable<Meter['refill']>;

/** How much may be taken in how long. @see DOMAIN.md, API keys */
export interface RateLimit {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly algorithm: Extract<Meter['kind'], 'SLIDING' | 'FIXED'>;
  /** EXACT: counted in the store, across processes. LOCAL: each process counts its share by itself. */
  readonly mode: 'EXACT' | 'LOCAL';
}
