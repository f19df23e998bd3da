import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pageOf } from './page.ts';
import { parseReasons, type Reason } from './reasons.ts';
import type { MutationSummary } from './summary.ts';

const FOLDER = 'docs/governance';

/** The last summary; null where there is none. Throws where the file is something else. */
export function lastSummary(root: string): MutationSummary | null {
  const file = join(root, FOLDER, 'mutation.json');
  if (!existsSync(file)) return null;
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null || !('format' in parsed) || parsed.format !== 'hoc.mutation/1') throw new TypeError(`${file} is no mutation summary`);
  // What this program wrote, by its format.
  return parsed as MutationSummary;
}

/** Writes the summary, for machines and for people. */
export function writeSummary(root: string, summary: MutationSummary): void {
  mkdirSync(join(root, FOLDER), { recursive: true });
  writeFileSync(join(root, FOLDER, 'mutation.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(root, FOLDER, 'mutation.md'), pageOf(summary));
}

/** Why survivors may live. */
export const reasonsIn = (root: string): readonly Reason[] => parseReasons(readFileSync(join(root, 'tooling/mutation/reasons.json'), 'utf8'));

/** The version of Stryker that measures. */
export function strykerVersion(): string {
  // The manifest of the installed package, which has a version.
  const { version } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json'), 'utf8')) as { readonly version: string };
  return version;
}
