import { z } from 'zod';
import { PLANES } from '../kernel/principal.ts';

/** Who did something: `id` is the token's or key's. */
export const actorShape: z.ZodObject<{ plane: z.ZodEnum<{ fdr: 'fdr'; int: 'int'; cus: 'cus' }>; id: z.ZodString; name: z.ZodString }> = z.object({
  plane: z.enum(PLANES), id: z.string(), name: z.string(),
});
