import { expect, test } from 'vitest';
import { ringOf } from '../test/vault.ts';
import { demandedOf, lackingIn, pepperStandings } from './pepper-standing.ts';

const ring = ringOf('pepper', ['p2', 'p3']);
const known = { p1: 'c1', p2: 'c2', p3: 'c3', p4: 'c4' };

test('a standing tells of each pepper what is under it: the current one first, then the older ones of the file, then those that others brought', () => {
  const standings = pepperStandings(['p3', 'p2'], known, [{ pepperId: 'p1', keys: 0, tokens: 1 }, { pepperId: 'p3', keys: 7, tokens: 2 }]);
  expect(standings).toEqual([
    { id: 'p3', isCurrent: true, isInFile: true, keys: 7, tokens: 2, isRetirable: false },
    { id: 'p2', isCurrent: false, isInFile: true, keys: 0, tokens: 0, isRetirable: true },
    { id: 'p1', isCurrent: false, isInFile: false, keys: 0, tokens: 1, isRetirable: false },
    { id: 'p4', isCurrent: false, isInFile: false, keys: 0, tokens: 0, isRetirable: true },
  ]);
});

test('the current pepper is never retirable, also when nothing is stored yet', () => {
  expect(pepperStandings(['p1'], {}, [])).toEqual([{ id: 'p1', isCurrent: true, isInFile: true, keys: 0, tokens: 0, isRetirable: false }]);
});

test('one key, or one token, keeps its pepper from being retirable', () => {
  const retirable = (keys: number, tokens: number) => pepperStandings(['p2', 'p1'], {}, [{ pepperId: 'p1', keys, tokens }]).map(({ id, isRetirable }) => [id, isRetirable]);
  expect(retirable(1, 0)).toEqual([['p2', false], ['p1', false]]);
  expect(retirable(0, 1)).toEqual([['p2', false], ['p1', false]]);
  expect(retirable(0, 0)).toEqual([['p2', false], ['p1', true]]);
});

test('what is stored under other peppers spares none that is used', () => {
  const uses = [{ pepperId: 'p3', keys: 5, tokens: 5 }, { pepperId: 'p1', keys: 1, tokens: 0 }, { pepperId: 'p4', keys: 0, tokens: 0 }];
  expect(demandedOf(ring, known, uses)).toEqual({ p1: 'c1', p2: 'c2', p3: 'c3' });
});

test('a pepper that the file lacks is not demanded where nothing in use is stored under it, and is where one key or token is', () => {
  expect(lackingIn(ring, known)).toEqual(['p1', 'p4']);
  expect(demandedOf(ring, known, [{ pepperId: 'p1', keys: 1, tokens: 0 }])).toEqual({ p1: 'c1', p2: 'c2', p3: 'c3' });
  expect(demandedOf(ring, known, [{ pepperId: 'p4', keys: 0, tokens: 1 }])).toEqual({ p2: 'c2', p3: 'c3', p4: 'c4' });
  expect(demandedOf(ring, known, [{ pepperId: 'p1', keys: 0, tokens: 0 }])).toEqual({ p2: 'c2', p3: 'c3' });
});
