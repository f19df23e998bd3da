import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ringOf } from '../test/vault.ts';
import { digestOf } from './digest.ts';
import { tellOldPepper, type UnderOldPepper } from './redigest.ts';
import { mintToken } from './token.ts';

const peppers = ringOf('pepper', ['p1', 'p2', 'p3']);
const token = mintToken({ prefix: 'live', locator: 'abcde', randomBytes }).token.reveal();
const pepper = (id: string) => {
  const found = peppers.keys.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no pepper ${id}`);
  return found;
};

const toldOf = (pepperId: string): readonly UnderOldPepper[] => {
  const told: UnderOldPepper[] = [];
  tellOldPepper({ vault: { peppers }, redigest: (found) => told.push(found) }, token, { tenantId: 'tnt_1', id: 'key_1', pepperId });
  return told;
};

test.each(['p1', 'p2'])('a token under %s is told of, with what is stored of it and what is to be', (pepperId) => {
  expect(toldOf(pepperId)).toEqual([{
    tenantId: 'tnt_1', id: 'key_1',
    from: { digest: digestOf(pepper(pepperId), token), pepperId },
    to: { digest: digestOf(pepper('p3'), token), pepperId: 'p3' },
  }]);
});

test('a token under the current pepper, or under one that the file has not, is not told of', () => {
  expect([...toldOf('p3'), ...toldOf('p0')]).toEqual([]);
});

test('where nobody listens, nothing happens', () => {
  expect(() => tellOldPepper({ vault: { peppers } }, token, { tenantId: null, id: 'tok_1', pepperId: 'p1' })).not.toThrow();
});
