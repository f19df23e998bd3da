import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { hostileText } from '../../test/fixtures/hostile-text.ts';
import { id, isBlank, isStorable, name, nameOrBlank, rawText, reason, text } from './text.ts';

const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('text from outside', () => {
  test.each([['a\0b'], ['\0'], ['\uD800'], ['a\uDC00b'], ['\uDC00\uD800']])('%j, which PostgreSQL cannot hold, is refused in every kind of text', (hostile) => {
    for (const schema of [name, reason, id, text(50), rawText(50)]) expect(takes(schema, hostile)).toBe(false);
  });

  test('whatever passes can be stored, says something, has no blanks around it, and fits', () => {
    fc.assert(
      fc.property(hostileText, (given) => {
        const parsed = text(40).safeParse(given);
        if (!parsed.success) return;
        expect(isStorable(parsed.data)).toBe(true);
        expect(parsed.data).toBe(given.trim());
        expect(parsed.data.length).toBeGreaterThan(0);
        expect(parsed.data.length).toBeLessThanOrEqual(40);
      }),
    );
  });

  test('well-formed text that is not blank is taken, astral characters included', () => {
    fc.assert(
      fc.property(hostileText, (given) => {
        fc.pre(/[\p{L}\p{N}\p{P}\p{S}]/u.test(given.replaceAll(/[\p{Default_Ignorable_Code_Point}\u2800]/gu, '')) && !given.includes('\0') && given.isWellFormed());
        expect(takes(reason, given)).toBe(true);
      }),
    );
  });

  const unseen = ['\u2800', '\u3164', '\u115F', '\u200B', '\u00AD', '\u202E', '\u034F', '\u2060', '\u200D', '\uFE0F', '\u0301', '\u{E0041}'];
  test.each([[''], [' '], ['\t\n'], ['\u00a0\u2003'], ...unseen.map((one) => [one]), [unseen.join(' ')]])('blank text, %j, says nothing', (blank) => {
    for (const schema of [name, reason]) expect(schema.safeParse(blank).error?.issues.map(({ message }) => message)).toEqual(['must not be blank']);
    expect(takes(rawText(50), blank)).toBe(true);
    expect(isBlank(blank)).toBe(true);
  });

  test.each([['a\nb'], ['a\u0007b'], ['Prod\u200B'], ['Pr\u00ADod'], ['Prod\u2060'], ['\u202EdorP'], ['a\u2066b'], ['a\u2028b'], ['\uFEFFProd\u{E0041}']])('%j is no name: it is not shown as it is', (misleading) => {
    for (const schema of [name, nameOrBlank]) expect(takes(schema, misleading)).toBe(false);
    expect(takes(reason, misleading)).toBe(true);
  });

  test.each([['Prod'], ['می‌خواهم'], ['👩\u200D💻 team'], ['❤\uFE0F'], ['क्षि'], ['O\u2019Neil & Söhne (GmbH)'], ['\uF8FF'], ['☃'], ['a\u0301']])('%j is a name', (good) => {
    for (const schema of [name, nameOrBlank]) expect(takes(schema, good)).toBe(true);
  });

  test.each([[1], [true], [null], [undefined], [['a']], [{ toString: () => 'a' }]])('%j is no text', (value) => {
    for (const schema of [name, id, rawText(10)]) expect(takes(schema, value)).toBe(false);
  });

  test.each([['hoc_contact_' + 'A1'.repeat(16)], ['whsec_EpqLDrL+' + '0/'.repeat(16)], ['hoc_live_12345678901234_12345678901234567890']])('%j, a secret of HOC, is no id', (secret) => {
    expect(takes(id, secret)).toBe(false);
    expect(takes(id, `x${secret}`)).toBe(false);
  });

  test('an id that nobody can have is taken for one, so that it is not found rather than invalid', () => {
    expect(takes(id, "'; drop table tenants; --")).toBe(true);
    expect(takes(id, '')).toBe(false);
    expect(takes(id, 'x'.repeat(101))).toBe(false);
  });
});
