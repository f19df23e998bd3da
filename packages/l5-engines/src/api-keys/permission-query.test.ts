import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_QUERY_DEPTH, parsePermissionQuery, satisfies, type PermissionQuery } from './permission-query.ts';

const query = (value: unknown): PermissionQuery => {
  const parsed = parsePermissionQuery(value);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.query;
};

const wrapped = (depth: number, operator: 'and' | 'or' | 'not' = 'not'): unknown => {
  let value: unknown = 'docs:read';
  for (let level = 1; level < depth; level += 1) value = { [operator]: operator === 'not' ? value : [value] };
  return value;
};

describe('answers', () => {
  test.each([
    ['docs:read', true],
    ['docs:write', false],
    [{ and: ['docs:read', 'img:view'] }, true],
    [{ and: ['docs:read', 'docs:write'] }, false],
    [{ or: ['docs:write', 'img:view'] }, true],
    [{ or: ['docs:write', 'docs:list'] }, false],
    [{ not: 'docs:write' }, true],
    [{ not: { or: ['docs:read', 'x:y'] } }, false],
    [{ and: [{ or: ['x:y', 'docs:read'] }, { not: { and: ['docs:read', 'x:y'] } }] }, true],
  ])('%j of docs:read and img:*: %s', (value, expected) => {
    expect(satisfies(['docs:read', 'img:*'], query(value))).toBe(expected);
  });

  test('a query and its negation never agree', () => {
    const leaf = fc.constantFrom('a:x', 'a:y', 'b:x', 'b:*');
    const { node } = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: MAX_QUERY_DEPTH - 2 },
        leaf,
        fc.record({ not: tie('node') }),
        fc.record({ and: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
        fc.record({ or: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      ),
    }));
    fc.assert(
      fc.property(fc.subarray(['a:x', 'a:*', 'b:x']), node, (held, value) => {
        expect(satisfies(held, query({ not: value }))).toBe(!satisfies(held, query(value)));
      }),
    );
  });
});

describe('depth', () => {
  test.each(['and', 'or', 'not'] as const)('eight is enough, nine is refused: %s', (operator) => {
    expect(parsePermissionQuery(wrapped(1, operator)).ok).toBe(true);
    expect(parsePermissionQuery(wrapped(8, operator)).ok).toBe(true);
    expect(parsePermissionQuery(wrapped(9, operator))).toMatchObject({ ok: false, message: 'a permission query is at most 8 deep' });
  });

  test.each(['and', 'or', 'not'] as const)('30 000 levels of %s are refused, and overflow nothing', (operator) => {
    expect(parsePermissionQuery(wrapped(30_000, operator)).ok).toBe(false);
  });

  test('nor do 30 000 levels of bare lists', () => {
    let value: unknown = [];
    for (let level = 0; level < 30_000; level += 1) value = [value];
    expect(parsePermissionQuery(value).ok).toBe(false);
    expect(parsePermissionQuery({ and: value }).ok).toBe(false);
  });

  test('a list is no level of its own: a wide query is not a deep one', () => {
    expect(parsePermissionQuery({ and: Array.from({ length: 1000 }, () => wrapped(7)) }).ok).toBe(true);
  });
});

describe('refusals', () => {
  const SHAPE = 'a permission query is a permission, or an object with exactly one of "and", "or" and "not"';
  const PERMISSION = 'a permission is "resource:action"; the action may be "*"';
  test.each([
    [undefined, [], SHAPE],
    [null, [], SHAPE],
    [7, [], SHAPE],
    [true, [], SHAPE],
    [[], [], SHAPE],
    [['docs:read'], [], SHAPE],
    [{}, [], SHAPE],
    ['docs', [], PERMISSION],
    ['*', [], PERMISSION],
    [{ xor: ['docs:read'] }, [], SHAPE],
    [{ and: ['docs:read'], or: ['docs:read'] }, [], SHAPE],
    [{ and: [] }, [], '"and" takes a list of at least one query'],
    [{ or: [] }, [], '"or" takes a list of at least one query'],
    [{ and: 'docs:read' }, [], '"and" takes a list of at least one query'],
    [{ not: ['docs:read'] }, ['not'], SHAPE],
    [{ not: 'docs' }, ['not'], PERMISSION],
    [{ and: ['docs:read', { or: ['docs:read', 5] }] }, ['and', 1, 'or', 1], SHAPE],
    // What no JSON is, but a caller in the same process could hand in.
    [Object.assign([], { and: ['docs:read'] }), [], SHAPE],
    [Object.assign(() => true, { not: 'docs:read' }), [], SHAPE],
  ])('%j, with the way to the fault', (value, path, message) => {
    expect(parsePermissionQuery(value)).toEqual({ ok: false, path, message });
  });

  test('no value makes reading throw', () => {
    fc.assert(fc.property(fc.anything(), (value) => void parsePermissionQuery(value)));
  });
});
