import { expect, test } from 'vitest';
import { ID_PREFIXES, newId } from './ids.ts';

test.each(ID_PREFIXES)('an id of %s is prefixed and unique', (prefix) => {
  const ids = Array.from({ length: 200 }, () => newId(prefix));
  expect(new Set(ids).size).toBe(200);
  for (const id of ids) {
    expect(id).toMatch(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
  }
});

test('ids sort by the time of their making', async () => {
  const first = newId('key');
  await new Promise((resolve) => setTimeout(resolve, 3));
  expect(newId('key') > first).toBe(true);
});
