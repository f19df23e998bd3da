import { rateLimitFields } from '@hoc/l5-engines/metering/rate-limit-fields';
import type { Spent } from '@hoc/l5-engines/metering/spend';
import { z } from 'zod';
import { instantOut } from '../instant.ts';

/** What the meters of a key say in a verdict. Each part stands only where the key has it, and it was asked. */
export const spentShape = {
  rateLimits: z
    .array(
      z.object({
        name: z.string(), scope: z.enum(['KEY', 'OWNER', 'TENANT']), limit: z.int(), windowMs: z.int(),
        remaining: z.int(), resetMs: z.int(), allowed: z.boolean(),
      }),
    )
    .optional(),
  rateLimitFields: z.object({ RateLimit: z.string(), 'RateLimit-Policy': z.string() }).optional(),
  credits: z.object({ remaining: z.int() }).optional(),
  lease: z.object({ id: z.string(), expiresAt: instantOut }).optional(),
} as const;

type SpentShape = { [Part in keyof typeof spentShape]?: NonNullable<z.output<(typeof spentShape)[Part]>> };

export const showSpent = ({ rateLimits, credits, lease }: Spent): SpentShape => ({
  ...(rateLimits.length === 0 ? {} : { rateLimits: rateLimits.map((reading) => ({ ...reading })), rateLimitFields: rateLimitFields(rateLimits) }),
  ...(credits === null ? {} : { credits }),
  ...(lease === null ? {} : { lease: { id: lease.id, expiresAt: lease.expiresAt.toISOString() } }),
});
