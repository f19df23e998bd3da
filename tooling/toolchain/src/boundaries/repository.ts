import { globSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { IConfiguration } from 'dependency-cruiser';
import { cruiseTree, rulesOf, type Sight } from './cruise.ts';

/** What the check of a repository found. */
export interface Verdict {
  readonly sight: Sight;
  /** One sentence per broken rule or blind spot. */
  readonly faults: readonly string[];
}

/**
 * Runs the rules on a repository, and checks that all of it was read: a file that was not cruised cannot break a rule.
 * @param root the repository's root
 */
export async function checkRepository(root: string, configuration: IConfiguration): Promise<Verdict> {
  const sight = await cruiseTree(root, configuration);
  const comments = new Map(rulesOf(configuration).map(({ name, comment }) => [name, comment]));
  const faults = sight.findings.map(({ rule, from, to }) => `${from} imports ${to}\n    ${rule}: ${comments.get(rule) ?? ''}`);
  const seen = new Set(sight.modules);
  for (const file of sourcesOf(root)) if (!seen.has(file)) faults.push(`${file} was not read, so no rule holds for it`);
  for (const folder of packagesOf(root)) {
    if (!sight.modules.some((file) => file.startsWith(`${folder}/`))) faults.push(`${folder} has no module, so its rules hold for nothing`);
  }
  if (sight.modules.length === 0) faults.push('no module was read at all');
  return { sight, faults };
}

const sourcesOf = (root: string): readonly string[] =>
  globSync('{packages,apps,tooling}/*/{bin,src,test}/**/*.{ts,tsx,mts,cts,js,mjs,cjs}', {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist)([\\/]|$)/.test(path),
  }).map((path) => path.split(sep).join('/'));

const packagesOf = (root: string): readonly string[] =>
  ['packages', 'apps', 'tooling'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${entry.name}`),
  );
