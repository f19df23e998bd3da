import { z } from 'zod';

/** How long a lease of a key lasts, from now on, unless it is renewed or released. */
export const leaseSeconds = z.int().min(1).max(3600);
