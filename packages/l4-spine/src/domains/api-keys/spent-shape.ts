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
        remaining: z.int(),
        resetMs: z.int().meta({ description: 'Where it allowed, until more is left than now; where it refused, until this cost could be allowed, or, for a cost beyond the limit, until all of it is free.' }),
        allowed: z.boolean(),
      }),
    )
    .optional()
    .meta({ description: 'What each rate limit says that was asked: of the key, its owner and its tenant. Where a LOCAL one refuses, the LOCAL ones alone.' }),
  rateLimitFields: z
    .object({ RateLimit: z.string(), 'RateLimit-Policy': z.string() })
    .optional()
    .meta({ description: 'The same as fields of draft-ietf-httpapi-ratelimit-headers, for the gateway to send on.' }),
  credits: z.object({ remaining: z.int() }).optional().meta({ description: 'What is left, where the key has credits.' }),
  lease: z.object({ id: z.string(), expiresAt: instantOut }).optional().meta({ description: 'The lease that was acquired, where the verdict is VALID.' }),
} as const;

type SpentShape = { [Part in keyof typeof spentShape]?: NonNullable<z.output<(typeof spentShape)[Part]>> };

export const showSpent = ({ rateLimits, credits, lease }: Spent): SpentShape => ({
  ...(rateLimits.length === 0 ? {} : { rateLimits: rateLimits.map((reading) => ({ ...reading })), rateLimitFields: rateLimitFields(rateLimits) }),
  ...(credits === null ? {} : { credits }),
  ...(lease === null ? {} : { lease: { id: lease.id, expiresAt: lease.expiresAt.toISOString() } }),
});
