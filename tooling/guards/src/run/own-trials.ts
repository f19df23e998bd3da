import type { Planning } from './planning.ts';
import type { PlantTrial } from './planned-guard.ts';
import { trial } from './remembering.ts';

/** The trials of the rules that hold whatever is configured: about reading the tree, and about exemptions. */
export const ownTrials = (planning: Pick<Planning, 'results' | 'tool'>): readonly (readonly [name: string, tryPlants: () => Promise<PlantTrial>])[] => [
  ['reading', trial('reading', planning, async () => (await import('./reading-plants.ts')).readingPlants())],
  ['exemptions', trial('exemptions', planning, async () => (await import('../exemptions/plants.ts')).exemptionPlants())],
];
