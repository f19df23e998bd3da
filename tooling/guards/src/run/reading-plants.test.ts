import { expect, test } from 'vitest';
import { tryPlants } from '../core/plant.ts';
import { readingPlants } from './reading-plants.ts';

test('what cannot be read, found or told is refused, and what only looks like it passes', async () => {
  expect(await tryPlants(readingPlants())).toEqual([]);
});
