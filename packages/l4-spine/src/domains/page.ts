import { z } from 'zod';
import { isStorable } from './text.ts';

/** How many items a list answers: 1 to 200, 50 where nobody says. */
export const limit: z.ZodDefault<z.ZodInt> = z.int().min(1).max(200).default(50);

/** Where a list that runs from the newest to the oldest goes on: after this row. */
export interface Keyset {
  readonly createdAt: Date;
  readonly id: string;
}

/** Where a list of a tenant's events goes on: before this one. */
export interface Place {
  readonly seq: number;
  readonly ordinal: number;
}

const BAD_CURSOR = 'is not a cursor that this list gave out';
const MAX_CURSOR = 400;

/** A cursor of a list ordered by time and id. Opaque to clients; a value for drivers. */
export const keysetCursor: z.ZodPipe<z.ZodString, z.ZodTransform<Keyset, string>> = cursorOf((parts) => {
  const [ms, id] = parts;
  if (parts.length !== 2 || !isWholeNumber(ms) || typeof id !== 'string' || id === '' || !isStorable(id)) return null;
  return ms <= LAST_MS ? { createdAt: new Date(ms), id } : null;
});

/** A cursor of a list ordered by a running number. */
export const seqCursor: z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> = cursorOf((parts) => {
  const [seq] = parts;
  return parts.length === 1 && isWholeNumber(seq) ? seq : null;
});

/** A cursor of a list ordered by two running numbers. */
export const positionCursor: z.ZodPipe<z.ZodString, z.ZodTransform<Place, string>> = cursorOf((parts) => {
  const [seq, ordinal] = parts;
  return parts.length === 2 && isWholeNumber(seq) && isWholeNumber(ordinal) && ordinal <= LAST_INTEGER ? { seq, ordinal } : null;
});

export const writeKeyset = ({ createdAt, id }: Keyset): string => written([createdAt.getTime(), id]);
export const writePosition = ({ seq, ordinal }: Place): string => written([seq, ordinal]);
export const writeSeq = (seq: number): string => written([seq]);

/** The answer of a list. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** The shape of a list's answer. */
export const pageOf = <Item extends z.ZodType>(item: Item): z.ZodObject<{ items: z.ZodArray<Item>; nextCursor: z.ZodNullable<z.ZodString> }> =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** One page of rows that were read with one more than `size`: that one only says that the list goes on. */
export function paged<Row, Item>(rows: readonly Row[], size: number, show: (row: Row) => Item, cursor: (last: Row) => string): Page<Item> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return { items: shown.map(show), nextCursor: rows.length > size && last !== undefined ? cursor(last) : null };
}

/** What the database calls an integer. */
const LAST_INTEGER = 2_147_483_647;
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

const isWholeNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const written = (parts: readonly unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

function cursorOf<Value>(read: (parts: readonly unknown[]) => Value | null): z.ZodPipe<z.ZodString, z.ZodTransform<Value, string>> {
  return z
    .string()
    .min(1)
    .max(MAX_CURSOR)
    .transform((text, context) => {
      const value = partsOf(text, read);
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message: BAD_CURSOR });
      return z.NEVER;
    });
}

function partsOf<Value>(text: string, read: (parts: readonly unknown[]) => Value | null): Value | null {
  const bytes = Buffer.from(text, 'base64url');
  // The decoder skips what it does not know: only its own spelling is taken.
  if (bytes.toString('base64url') !== text) return null;
  try {
    const parts: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(parts) ? read(parts) : null;
  } catch {
    return null;
  }
}
