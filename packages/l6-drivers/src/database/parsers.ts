import { types } from 'pg';

/** How a value's text becomes the value. */
export type Parse = (text: string) => unknown;

/** The types whose text both databases read alike, by OID. */
const BOOL = 16;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const JSONB = 3802;
const TIMESTAMPTZ = 1184;
const TEXT_ARRAY = 1009;
const INT8_ARRAY = 1016;

/** pg's types know only scalar OIDs; its parsers know arrays as well. */
const pgParser = types.getTypeParser as (oid: number, format: 'text') => Parse;

/** How a column's text becomes a value: bigint a number, bigint[] an array of them, timestamptz a Date, jsonb what it says, text[] an array of strings. */
export const parsers = (): Readonly<Record<number, Parse>> => ({
  // Our bigints are sequence numbers, far below 2^53.
  [INT8]: Number,
  [TIMESTAMPTZ]: pgParser(TIMESTAMPTZ, 'text'),
  [JSONB]: (text) => JSON.parse(text) as unknown,
  [TEXT_ARRAY]: pgParser(TEXT_ARRAY, 'text'),
  // `{1,2}` is `[1,2]` in JSON, whose parser is by far the fastest. Our arrays of numbers hold no null.
  [INT8_ARRAY]: (text) => JSON.parse(`[${text.slice(1, -1)}]`) as unknown,
});

/** How values of any type are read, by its OID: as {@link parsers} say, else as pg does. */
export function parserOf(): (oid: number) => Parse {
  const ours = parsers();
  return (oid) => ours[oid] ?? pgParser(oid, 'text');
}

/** The parsers of a database that is asked for texts: those that have one by default. */
export const AS_WRITTEN: Readonly<Record<number, (text: string) => string>> = Object.fromEntries(
  [BOOL, INT8, INT2, INT4, JSONB, TIMESTAMPTZ, TEXT_ARRAY].map((oid) => [oid, (text: string) => text]),
);
