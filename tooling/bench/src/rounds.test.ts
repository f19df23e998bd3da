import { expect, test } from 'vitest';
import { interleavedRounds, roundByRound, spreadOf } from './rounds.ts';

test('contenders take turns, and who begins changes from round to round', async () => {
  const turns: string[] = [];
  const contender = (name: string) => ({ name, run: async (iterations: number) => { turns.push(`${name}${iterations}`); } });
  const measured = await interleavedRounds([contender('a'), contender('b')], { rounds: 3, iterations: 5, warmUpRounds: 1 });
  expect(turns).toEqual(['b5', 'a5', 'a5', 'b5', 'b5', 'a5', 'a5', 'b5']);
  // The warm-up is thrown away.
  expect(measured.map(({ name, microseconds }) => [name, microseconds.length])).toEqual([['a', 3], ['b', 3]]);
});

test('the spread of some numbers is their middle, their quarter points and their ends', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, lower: 2, upper: 4, min: 1, max: 5 });
  expect(spreadOf([7])).toEqual({ median: 7, lower: 7, upper: 7, min: 7, max: 7 });
  expect(() => spreadOf([])).toThrow('no rounds were measured');
});

test('two contenders are compared within each round, not across rounds', () => {
  const one = { name: 'one', microseconds: [10, 100] };
  const other = { name: 'other', microseconds: [5, 50] };
  expect(roundByRound(one, other, (a, b) => a / b)).toEqual([2, 2]);
});
