import { z } from 'zod';

/** A token in an answer. It stands only in the answer of the call that made it; a replay says that it was shown. */
export const shownOnce = { token: z.string().nullable(), tokenShown: z.literal(true).optional() } as const;

/** What a replay says where the token stood. */
export const tokenShown = { token: null, tokenShown: true } as const;
