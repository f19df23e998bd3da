import { expect, test } from 'vitest';
import { parseQueryString } from './query-string.ts';

const names = new Set(['limit', 'ownerRef', 'empty']);

test.each([
  ['/v1/things', []],
  ['/v1/things?', []],
  ['/v1/things?&&', []],
  ['/v1/things?limit=5', [['limit', '5']]],
  ['/v1/things?limit=5&ownerRef=a%20b+c%2Bd#limit=6', [['limit', '5'], ['ownerRef', 'a b c+d']]],
  ['/v1/things?empty', [['empty', '']]],
  ['/v1/things?ownerRef=a=b', [['ownerRef', 'a=b']]],
  [undefined, []],
])('%j is read', (target, values) => {
  expect(parseQueryString(target, names)).toEqual({ ok: true, values: new Map(values as [string, string][]) });
});

test.each([
  ['/?limit=1&limit=1', '/limit'],
  ['/?limit=1&%6cimit=2', '/limit'],
  ['/?size=1', '/size'],
  ['/?a~/b=1', '/a~0~1b'],
  ['/?__proto__=1', '/__proto__'],
  ['/?limit=%', ''],
  ['/?limit=%zz', ''],
  ['/?ownerRef=%ff', ''],
  ['/?%ff=1', ''],
])('%s is refused at %j', (target, path) => {
  expect(parseQueryString(target, names)).toMatchObject({ ok: false, errors: [{ path }] });
});
