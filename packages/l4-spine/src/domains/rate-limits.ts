import { z } from 'zod';

/** How many limits a list may hold: each one is another row that a verification takes from. */
const MAX_LIMITS = 10;

/** 31 days. */
const LONGEST_WINDOW_MS = 2_678_400_000;

const limitName = z.string().regex(/^[a-z0-9_-]{1,64}$/, 'must be 1 to 64 of a-z, 0-9, _ and -');
const algorithm = z.enum(['SLIDING', 'FIXED']);
const mode = z.enum(['EXACT', 'LOCAL']);

/** A list of rate limits in an input: of a key, of each of a tenant's owners, or of a tenant as a whole. @see docs/METERS.md */
export const rateLimits = z
  .array(
    z.strictObject({
      name: limitName, limit: z.int().min(1).max(1_000_000_000), windowMs: z.int().min(100).max(LONGEST_WINDOW_MS),
      algorithm: algorithm.default('SLIDING'), mode: mode.default('EXACT'),
    }),
  )
  .max(MAX_LIMITS)
  .refine((limits) => new Set(limits.map(({ name }) => name)).size === limits.length, 'must not hold two limits of one name')
  .meta({ description: 'In the place of those before, as a whole. No two of one name.' });

/** A rate limit in an answer. */
export const rateLimitShape = z.object({ name: z.string(), limit: z.int(), windowMs: z.int(), algorithm, mode });
