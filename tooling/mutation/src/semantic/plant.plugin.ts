import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';

/** What is defined where, and what stands in its place while faults are planted. */
const PLANTS: readonly { readonly file: string; readonly name: string; readonly by: string }[] = [
  { file: '/packages/l4-spine/src/kernel/invariant.ts', name: 'stateInvariant', by: 'plantedInvariant' },
  { file: '/packages/l4-spine/src/kernel/invariant.ts', name: 'transitionInvariant', by: 'plantedInvariant' },
  { file: '/packages/l4-spine/src/kernel/operation.ts', name: 'writeOperation', by: 'plantedOperation' },
  { file: '/packages/l4-spine/src/kernel/operation.ts', name: 'aheadWriteOperation', by: 'plantedOperation' },
  { file: '/packages/l4-spine/src/kernel/operation.ts', name: 'preparedWriteOperation', by: 'plantedOperation' },
  { file: '/packages/l4-spine/src/kernel/operation.ts', name: 'readOperation', by: 'plantedOperation' },
  { file: '/packages/l4-spine/src/catalogue.ts', name: 'invariants', by: 'plantedCatalogue' },
];

/** The module of the functions that plant. */
const planting = (): string => fileURLToPath(new URL('planted.ts', import.meta.url));

/** A piece of a module's syntax tree, of which only this much is asked. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}
interface Declarator extends Node {
  readonly id: Node & { readonly name?: string };
  readonly init: Node | null;
}

/**
 * Hands the definitions of invariants and of what they guard, and the catalogue's list, to the functions that plant faults. The rest
 * of the program stays as it is, and no file changes. Throws where a definition is not found: faults would be planted in nothing.
 */
export function plantingPlugin(): Plugin {
  return {
    name: 'hoc:plant-faults',
    enforce: 'post',
    transform(code, id) {
      const plants = PLANTS.filter(({ file }) => id.endsWith(file));
      if (plants.length === 0) return null;
      const { body } = this.parse(code);
      let planted = code;
      // From the end to the beginning, so that what was found keeps its place.
      for (const { start, end, by } of plants.map((plant) => ({ ...plant, ...definitionIn(body, plant.name, id) })).toSorted((a, b) => b.start - a.start)) {
        planted = `${planted.slice(0, start)}${by}(${planted.slice(start, end)})${planted.slice(end)}`;
      }
      return { code: `import { ${[...new Set(plants.map(({ by }) => by))].join(', ')} } from ${JSON.stringify(planting())};\n${planted}`, map: null };
    },
  };
}

function definitionIn(body: readonly Node[], name: string, id: string): Node {
  for (const statement of body) {
    // An exported declaration wraps the declaration; the fields of either are those of ESTree.
    const { declaration, declarations } = statement as { readonly declaration?: { readonly declarations?: readonly Declarator[] } | null; readonly declarations?: readonly Declarator[] };
    const found = (declaration?.declarations ?? declarations ?? []).find((declarator) => declarator.id.name === name);
    if (found !== undefined && found.init !== null) return found.init;
  }
  throw new Error(`${id} does not define ${name}: there is nothing to plant faults in`);
}
