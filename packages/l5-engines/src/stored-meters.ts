import type { StoredMeters } from '@hoc/l6-drivers/api-keys/key-truth';

/** Read with the truth about a key, and decided on by meters: it belongs to neither domain alone. */
export type { StoredMeters };

/** How much may be taken in how long. @see docs/DOMAIN.md, Meters */
export type RateLimit = StoredMeters['rateLimits'][number];

/** What a key's credits are brought up to at the first use in a new UTC day or month. */
export type CreditRefill = NonNullable<StoredMeters['creditRefill']>;
