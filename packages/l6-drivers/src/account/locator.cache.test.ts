import { expect, test } from 'vitest';
import { LocatorCache } from './locator.cache.ts';

function cacheOver(known: Record<string, string>, maxEntries?: number): { readonly cache: LocatorCache; readonly asked: string[] } {
  const asked: string[] = [];
  const below = {
    resolve: async (locator: string) => {
      asked.push(locator);
      return known[locator] ?? null;
    },
  };
  return { cache: new LocatorCache(below, maxEntries), asked };
}

test('what was found is never asked again, and is then answered at once', async () => {
  const { cache, asked } = cacheOver({ abcde: 'tnt_1' });
  expect(await cache.resolve('abcde')).toBe('tnt_1');
  expect(cache.resolve('abcde')).toBe('tnt_1');
  expect(asked).toStrictEqual(['abcde']);
});

test('what was not found is asked again: a tenant may claim it at any time', async () => {
  const known: Record<string, string> = {};
  const { cache } = cacheOver(known);
  expect(await cache.resolve('abcde')).toBeNull();
  known['abcde'] = 'tnt_1';
  expect(await cache.resolve('abcde')).toBe('tnt_1');
});

test('it never holds more than it may, keeps what is in use, and gives each its own tenant', async () => {
  const known = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`l${n}`, `tnt_${n}`]));
  const { cache, asked } = cacheOver(known, 10);
  for (let n = 0; n < 100; n += 1) {
    expect([await cache.resolve('l0'), await cache.resolve(`l${n}`)]).toStrictEqual(['tnt_0', `tnt_${n}`]);
  }
  expect(asked.filter((locator) => locator === 'l0')).toHaveLength(1);
  const atOnce = Object.keys(known).filter((locator) => typeof cache.resolve(locator) === 'string');
  expect(atOnce.length).toBeLessThanOrEqual(10);
});

test('locators that lead nowhere fill nothing', async () => {
  const { cache } = cacheOver({ abcde: 'tnt_1' }, 2);
  await cache.resolve('abcde');
  for (let n = 0; n < 50; n += 1) await cache.resolve(`no${n}`);
  expect(cache.resolve('abcde')).toBe('tnt_1');
});
