import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const FOLDERS = 40;

/** The guards' sample repository, grown. */
export interface GeneratedTree {
  readonly root: string;
  readonly modules: number;
  remove(): void;
}

/**
 * Copies the sample repository of the guards, with its configuration and its rules, and adds modules to its engines: each imports four of
 * those before it, and holds functions, a class and types, about forty lines.
 * @param sample the sample repository
 * @param guards the package of the guards, which its configuration imports
 */
export function generatedTree(sample: string, guards: string, modules: number): GeneratedTree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hoc-generated-')));
  cpSync(sample, root, { recursive: true });
  mkdirSync(join(root, 'node_modules/@hoc'), { recursive: true });
  symlinkSync(guards, join(root, 'node_modules/@hoc/guards'), 'junction');
  for (let number = 0; number < modules; number += 1) {
    const path = join(root, 'src/engines/loans', nameOf(number));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, textOf(number));
  }
  return { root, modules, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const nameOf = (number: number): string => `shelf-${number % FOLDERS}/module-${number}.ts`;

function textOf(number: number): string {
  const imported = [1, 7, 61, 433].map((distance) => number - distance).filter((other) => other >= 0);
  return [
    ...imported.map((other, index) => `import ${index === 3 ? 'type ' : ''}{ ${index === 3 ? `Weight${other}` : `weigh${other}`} } from '../${nameOf(other)}';`),
    '',
    `/** What is weighed by module ${number}. */`,
    `export interface Weight${number} {`,
    '  readonly grams: number;',
    '  readonly label: string;',
    '}',
    '',
    `/** Weighs a list, heaviest first. */`,
    `export function weigh${number}(weights: readonly { readonly grams: number; readonly label: string }[]): readonly Weight${number}[] {`,
    '  const sorted = weights.toSorted((a, b) => b.grams - a.grams);',
    '  return sorted.map(({ grams, label }, index) => {',
    "    if (grams < 0) throw new RangeError(`the weight of ${label} is below nothing`);",
    '    return { grams: grams + index, label: label.trim() };',
    '  });',
    '}',
    '',
    `/** Sums up what others weigh. */`,
    `export const total${number} = (weights: readonly { readonly grams: number; readonly label: string }[]): number => {`,
    '  let sum = 0;',
    `  for (const { grams } of weigh${number}(weights)) sum += grams;`,
    ...imported.slice(0, 3).map((other) => `  sum += weigh${other}(weights).length;`),
    '  return sum;',
    '};',
    '',
    `/** Keeps weights apart by their label. */`,
    `export class Scale${number} {`,
    `  readonly #weights: Map<string, number> = new Map();`,
    '',
    '  add(label: string, grams: number): void {',
    '    this.#weights.set(label, (this.#weights.get(label) ?? 0) + grams);',
    '  }',
    '',
    `  heaviest(): Weight${imported.length === 4 ? imported[3] : number} | undefined {`,
    '    const [first] = [...this.#weights].toSorted(([, a], [, b]) => b - a);',
    "    return first === undefined ? undefined : { label: first[0], grams: first[1] };",
    '  }',
    '}',
    '',
  ].join('\n');
}
