import { expect, test } from 'vitest';
import { ID_PREFIXES, isId, newId } from './ids.ts';

test.each(ID_PREFIXES)('an id of %s is prefixed, unique and accepted', (prefix) => {
  const ids = Array.from({ length: 200 }, () => newId(prefix));
  expect(new Set(ids).size).toBe(200);
  for (const id of ids) {
    expect(id).toMatch(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
    expect(isId(prefix, id)).toBe(true);
  }
});

test('ids sort by the time of their making', async () => {
  const first = newId('key');
  await new Promise((resolve) => setTimeout(resolve, 3));
  expect(newId('key') > first).toBe(true);
});

test.each(['', 'tnt', 'tnt_', 'tnt_abc', newId('key'), `tnt_${newId('key')}`, `${newId('tnt')}x`, newId('tnt').toUpperCase(), ` ${newId('tnt')}`, 'tnt_8zzzzzzzzzzzzzzzzzzzzzzzzz'])(
  '%j is no id of a tenant',
  (text) => {
    expect(isId('tnt', text)).toBe(false);
  },
);
