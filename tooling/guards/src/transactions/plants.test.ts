import { expect, test } from 'vitest';
import { tryPlants } from '../core/plant.ts';
import { transactionsPlants } from './plants.ts';

test('every rule about transactions finds each disguise and spares each near miss', async () => {
  expect(await tryPlants(transactionsPlants())).toEqual([]);
});
