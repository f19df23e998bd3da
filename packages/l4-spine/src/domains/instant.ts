import { z } from 'zod';

const FIRST = Date.parse('1970-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** A point in time in an input, ISO 8601 with an offset; a `Date` for handlers. Within the years that every store can hold. */
export const instant: z.ZodPipe<z.ZodISODateTime, z.ZodTransform<Date, string>> = z.iso
  .datetime({ offset: true, abort: true, error: ({ code }) => (code === 'invalid_format' ? 'must be a time with its zone, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00' : undefined) })
  .refine((value) => Date.parse(value) >= FIRST && Date.parse(value) <= LAST, 'must lie between the years 1970 and 9999')
  .transform((value) => new Date(value));

/** A point in time in an answer: ISO 8601 with milliseconds, UTC. */
export const instantOut: z.ZodISODateTime = z.iso.datetime({ precision: 3 });

/** How an answer writes a time that may be missing. */
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
