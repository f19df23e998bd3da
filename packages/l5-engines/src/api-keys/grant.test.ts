import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grantableOf, grantedBy, mayGrant, type Grantor } from './grant.ts';

const limited: Grantor = { permissions: ['hoc:keys.create', 'hoc:keys.read'], grantable: ['docs:*', 'img:view'] };
const unlimited: Grantor = { permissions: ['hoc:keys.create', 'hoc:keys.read'], grantable: null };
const reader: Grantor = { permissions: ['hoc:keys.read', 'docs:read'], grantable: null };
const of = (permissions: readonly string[], grantable: readonly string[] | null = null) => ({ permissions, grantable });

describe('a new key', () => {
  test.each<[string, Grantor, ReturnType<typeof of>, boolean]>([
    ['an operator: anything', 'OPERATOR', of(['hoc:keys.create', 'docs:*']), true],
    ['an unlimited key: any permission of the API', unlimited, of(['docs:*', 'x:y']), true],
    ['its own hoc: permissions', unlimited, of(['hoc:keys.create', 'hoc:keys.read']), true],
    ['a hoc: permission that it has not', unlimited, of(['hoc:keys.revoke']), false],
    ['without hoc:keys.create, not even what it holds itself', reader, of(['docs:read']), false],
    ['without hoc:keys.create, a hoc: permission of its own', reader, of(['hoc:keys.read']), true],
    ['nothing at all', reader, of([]), true],
    ['within the patterns', limited, of(['docs:read', 'docs:*', 'img:view']), true],
    ['a service key, whose own limit is moot', limited, of(['docs:read'], null), true],
    ['beyond the patterns', limited, of(['docs:read', 'img:edit']), false],
    ['wider than a pattern', limited, of(['img:*']), false],
    ['a management key that is as limited', limited, of(['hoc:keys.read'], ['docs:*', 'img:view']), true],
    ['a management key that is more limited', limited, of(['hoc:keys.read'], ['docs:read']), true],
    ['a management key that may grant nothing', limited, of(['hoc:keys.read'], []), true],
    ['a management key that is less limited', limited, of(['hoc:keys.read'], ['docs:*', 'img:*']), false],
    ['a management key without limits', limited, of(['hoc:keys.create'], null), false],
    ['a management key without limits, whatever else it may do', limited, of(['docs:read', 'hoc:keys.read'], null), false],
    ['limits of any kind', unlimited, of(['hoc:keys.create'], ['x:*']), true],
  ])('%s', (_case, grantor, grant, expected) => {
    const answer = mayGrant(grantor, grant);
    expect(answer === true).toBe(expected);
    if (!expected) expect(answer).toMatch(/^the granting key('s own grants| may not)/);
  });

  test('the refusal names what was too much, and nothing else', () => {
    expect(mayGrant(limited, of(['docs:read', 'img:edit']))).toBe('the granting key may not grant "img:edit"');
    expect(mayGrant(limited, of(['x:y', 'docs:read', 'img:edit']))).toBe('the granting key may not grant "x:y", "img:edit"');
    expect(mayGrant(limited, of(['hoc:keys.read'], ['docs:*', 'img:*', 'x:y']))).toBe('the granting key may not make "img:*", "x:y" grantable');
    expect(mayGrant(limited, of(['hoc:keys.read'], null))).toBe("the granting key's own grants are limited, so those of the key must be limited too");
  });

  test('whatever a limited key passes on, by any number of keys in between, lies within its own patterns', () => {
    const pattern = fc.constantFrom('docs:*', 'docs:read', 'img:view', 'img:*', 'x:y');
    const grantable = fc.option(fc.uniqueArray(pattern));
    fc.assert(
      fc.property(fc.array(grantable, { minLength: 1, maxLength: 4 }), fc.uniqueArray(pattern, { minLength: 1 }), (chain, permissions) => {
        let grantor: Grantor = limited;
        for (const next of chain) {
          const management = of(['hoc:keys.create'], next);
          if (mayGrant(grantor, management) === true) grantor = management;
        }
        if (mayGrant(grantor, of(permissions)) === true) expect(mayGrant(limited, of(permissions))).toBe(true);
      }),
    );
  });
});

describe('an update', () => {
  test('what stays or shrinks adds nothing', () => {
    const before = of(['docs:*', 'x:y', 'hoc:keys.read'], null);
    expect(mayGrant(reader, grantedBy(before, before))).toBe(true);
    expect(mayGrant(reader, grantedBy(before, of(['docs:read', 'hoc:keys.read'], ['docs:*'])))).toBe(true);
  });

  test.each<[string, ReturnType<typeof of>, ReturnType<typeof of>, boolean]>([
    ['a permission within the patterns', of(['x:y']), of(['x:y', 'docs:read']), true],
    ['a permission beyond them', of(['x:y']), of(['x:y', 'x:z']), false],
    ['a wider pattern of what it had', of(['img:view']), of(['img:*']), false],
    ['lifting the limit of a management key', of(['hoc:keys.read'], ['docs:*']), of(['hoc:keys.read'], null), false],
    ['a grantable pattern beyond its own', of(['hoc:keys.read'], ['docs:*']), of(['hoc:keys.read'], ['docs:*', 'x:y']), false],
    ['a grantable pattern within its own', of(['hoc:keys.read'], ['docs:read']), of(['hoc:keys.read'], ['docs:*']), true],
    ['hoc:keys.create on a key without limits', of(['hoc:keys.read'], null), of(['hoc:keys.read', 'hoc:keys.create'], null), false],
    ['hoc:keys.create, among others, on a key without limits', of(['hoc:keys.read'], null), of(['hoc:keys.read', 'hoc:keys.create', 'docs:read'], null), false],
    ['a permission within the patterns on a key without limits, whose limits nobody touches', of(['hoc:keys.read'], null), of(['hoc:keys.read', 'docs:read'], null), true],
    ['hoc:keys.create on a key that is as limited', of(['hoc:keys.read'], ['docs:*']), of(['hoc:keys.read', 'hoc:keys.create'], ['docs:*']), true],
  ])('by a limited key: %s', (_case, before, after, expected) => {
    expect(mayGrant(limited, grantedBy(before, after)) === true).toBe(expected);
    expect(mayGrant('OPERATOR', grantedBy(before, after))).toBe(true);
  });
});

describe('what a new key may grant when nothing is asked', () => {
  test('as much as the one who grants', () => {
    expect(grantableOf(limited, undefined, ['hoc:keys.read'])).toEqual(['docs:*', 'img:view']);
    expect(grantableOf(limited, undefined, ['docs:read', 'hoc:keys.read'])).toEqual(['docs:*', 'img:view']);
    expect(grantableOf(unlimited, undefined, ['hoc:keys.read'])).toBeNull();
    expect(grantableOf('OPERATOR', undefined, ['hoc:keys.read'])).toBeNull();
  });

  test('a service key has no limit, for it grants nothing', () => {
    expect(grantableOf(limited, undefined, ['docs:read'])).toBeNull();
  });

  test('what is asked stands, to be judged', () => {
    expect(grantableOf(limited, null, ['hoc:keys.read'])).toBeNull();
    expect(grantableOf(limited, ['x:y'], ['hoc:keys.read'])).toEqual(['x:y']);
  });
});
