import { expect, test } from 'vitest';
import { tryPlants } from '../core/plant.ts';
import { coveragePlants } from './plants.ts';

test('every rule of coverage finds its planted violations under its own name, and lets the near misses pass', async () => {
  expect(await tryPlants(coveragePlants())).toEqual([]);
});
