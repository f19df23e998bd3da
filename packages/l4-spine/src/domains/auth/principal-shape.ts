import { z } from 'zod';
import { PLANES } from '../../kernel/principal.ts';

/** A principal as it crosses the registry: plain data, which the caller makes a principal of again. */
export const principalShape = z.object({
  plane: z.enum(PLANES), id: z.string(), name: z.string(), tenantId: z.string().nullable(), permissions: z.array(z.string()),
});
