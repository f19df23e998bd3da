import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folders whose tsconfig.json together cover all TypeScript of a workspace, its tests included: the root and every package.
 * @param root the workspace's root
 * @throws when a package has no tsconfig.json: nobody would check its types
 */
export function typeProjects(root: string): readonly string[] {
  const packages = ['packages', 'apps', 'tooling'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => existsSync(join(root, path, 'package.json'))),
  );
  const projects = ['.', ...packages];
  const without = projects.filter((path) => !existsSync(join(root, path, 'tsconfig.json')));
  if (without.length > 0) throw new Error(`no tsconfig.json in ${without.join(', ')}: copy a neighbour's, so that its types are checked`);
  return projects;
}
