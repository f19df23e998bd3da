import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const manifest = z.object({ version: z.string().optional(), packageManager: z.string().optional() });

/**
 * Versions of what runs here: node, git, the package manager, and packages as they are installed.
 * @param packages as the root, or a package beside it, finds them: names in `node_modules`, or folders from the root
 * @throws Refusal where one is not there
 */
export async function toolVersions(root: string, packages: readonly string[], git: string, env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  const versions: Record<string, string> = { node: process.versions.node, git };
  const [manager, version] = managerOf(env, (await read(join(root, 'package.json')))?.packageManager);
  if (manager !== undefined && version !== undefined) versions[manager] = version;
  for (const name of packages) {
    const found = (await read(join(root, 'node_modules', name, 'package.json')))?.version ?? (await read(join(root, name, 'package.json')))?.version;
    if (found === undefined) throw new Refusal(`The version of ${name} is not known: it is not installed.`, 'Install it, or correct `tools` in the configuration.', 2);
    versions[name] = found;
  }
  return Object.fromEntries(Object.entries(versions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Who started this (`pnpm/12.21.0 npm/? …`), else who the manifest says must. */
const managerOf = (env: NodeJS.ProcessEnv, pinned: string | undefined): readonly string[] =>
  env['npm_config_user_agent']?.split(' ')[0]?.split('/') ?? pinned?.split('@') ?? [];

const read = (path: string): Promise<z.infer<typeof manifest> | null> =>
  readFile(path, 'utf8').then((text) => manifest.parse(JSON.parse(text)), () => null);
