import type { PlantBed } from '../core/plant.ts';
import { dispatchPlants } from './plants/dispatches.plants.ts';
import { enginePlants } from './plants/engines.plants.ts';
import { handlerPlants } from './plants/handlers.plants.ts';
import { registrationPlants } from './plants/registration.plants.ts';
import { judgeScene, RULES, type OwnershipScene } from './plants/scene.ts';

/** What the ownership guard must find, and what it must let pass. */
export const ownershipPlants = (): PlantBed<OwnershipScene> => ({
  guard: 'ownership',
  rules: RULES,
  plants: [...registrationPlants, ...handlerPlants, ...enginePlants, ...dispatchPlants],
  judge: judgeScene,
});
