import { expect, test } from 'vitest';
import { tryPlants } from '../core/plant.ts';
import { hygienePlants } from './plants.ts';

test('every rule of hygiene finds each disguise and spares each near miss', async () => {
  expect(await tryPlants(hygienePlants())).toEqual([]);
});
