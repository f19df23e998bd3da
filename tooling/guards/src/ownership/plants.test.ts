import { expect, test } from 'vitest';
import { tryPlants } from '../core/plant.ts';
import { ownershipPlants } from './plants.ts';

test('every rule of ownership finds its planted violations under its own name, and lets the near misses pass', async () => {
  expect(await tryPlants(ownershipPlants())).toEqual([]);
});

test('a rule that has gone blind is told of for each of its plants', async () => {
  const bed = ownershipPlants();
  const blind = await tryPlants({ ...bed, judge: async (scene) => (await bed.judge(scene)).filter(({ rule }) => rule !== 'ownership/foreign-engine') });
  expect(blind.length).toBe(bed.plants.filter(({ rule }) => rule === 'ownership/foreign-engine').length);
  expect(blind.length).toBeGreaterThan(10);
});
