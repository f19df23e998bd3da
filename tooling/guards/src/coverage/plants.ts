import type { PlantBed } from '../core/plant.ts';
import { guardingPlants } from './plants/guarding.plants.ts';
import { provingPlants } from './plants/proving.plants.ts';
import { judgeScene, RULES, type CoverageScene } from './plants/scene.ts';

/** What the coverage guard must find, and what it must let pass. */
export const coveragePlants = (): PlantBed<CoverageScene> => ({ guard: 'coverage', rules: RULES, plants: [...guardingPlants, ...provingPlants], judge: judgeScene });
