import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText, hostileUnit } from '../../test/fixtures/hostile-text.ts';
import { keysetCursor, limit, paged, seqCursor, writeKeyset, writeSeq } from './page.ts';

describe('cursors', () => {
  test('a cursor comes back as the place that it was written for', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), fc.stringMatching(/^[a-z0-9_]{1,40}$/), fc.nat(), (createdAt, id, seq) => {
        expect(keysetCursor.parse(writeKeyset({ createdAt, id }))).toEqual({ createdAt, id });
        expect(seqCursor.parse(writeSeq(seq))).toBe(seq);
      }),
    );
  });

  test('no text whatsoever makes it throw, and what it takes is a place that can be asked for', () => {
    const json = fc.jsonValue({ stringUnit: hostileUnit, maxDepth: 2 }).map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.base64String(), json), (given) => {
        const keyset = keysetCursor.safeParse(given);
        if (keyset.success) expect(writeKeyset(keyset.data)).toBe(given);
        const seq = seqCursor.safeParse(given);
        if (seq.success) expect(writeSeq(seq.data)).toBe(given);
      }),
    );
  });

  const written = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  test.each([
    ['nothing', ''], ['no base64url', '%%%'], ['padding', `${written([1, 'a'])}=`], ['no JSON', Buffer.from('[').toString('base64url')], ['an object', written({ 0: 1, 1: 'a' })],
    ['a part too few', written([1])], ['a part too many', written([1, 'a', 'b'])], ['a time that is text', written(['1', 'a'])], ['a time before time', written([-1, 'a'])],
    ['a time after time', written([8.64e15, 'a'])], ['half a millisecond', written([1.5, 'a'])], ['an id with NUL', written([1, 'a\0'])], ['an id with a lone surrogate', written([1, '\uD800'])],
    ['an empty id', written([1, ''])], ['too long a text', written([1, 'a'.repeat(400)])], ['depth', Buffer.from(`${'['.repeat(150)}${']'.repeat(150)}`).toString('base64url')],
  ])('%s is refused', (_, cursor) => {
    expect(keysetCursor.safeParse(cursor).success).toBe(false);
  });
});

describe('pages', () => {
  test('the row that was read in excess is not shown, and says that the list goes on', () => {
    const page = paged([1, 2, 3], 2, (row) => `#${row}`, String);
    expect(page).toEqual({ items: ['#1', '#2'], nextCursor: '2' });
  });

  test('without a row in excess the list ends', () => {
    expect(paged([1, 2], 2, (row) => row, String)).toEqual({ items: [1, 2], nextCursor: null });
    expect(paged([], 2, String, String)).toEqual({ items: [], nextCursor: null });
  });

  test.each([[0], [201], [1.5], [Number.NaN], ['50'], [null], [true]])('a limit of %j is refused', (value) => {
    expect(limit.safeParse(value).success).toBe(false);
  });

  test('a list that names no limit gets 50', () => {
    expect(limit.parse(undefined)).toBe(50);
  });
});
