import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CopiedFolder } from './copied-folder.ts';
import { ROOT } from './root.ts';

/** Never linked: what is kept between runs is each tree's own. */
const OWN = ['.cache', '.vite', '.bin'];

/**
 * A copy of this repository as git lists it. What is installed is linked; the packages of the workspace find one another within
 * the copy, as an install in it would have it.
 */
export function copiedRepository(): CopiedFolder {
  const copy = new CopiedFolder();
  const { stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const files = stdout.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
  for (const path of files) {
    mkdirSync(dirname(copy.path(path)), { recursive: true });
    copyFileSync(join(ROOT, path), copy.path(path));
  }
  for (const manifest of files.filter((path) => /^(?:[^/]+\/[^/]+\/)?package\.json$/.test(path))) installLike(copy, join(dirname(manifest), 'node_modules'));
  return copy;
}

function installLike(copy: CopiedFolder, path: string): void {
  const from = join(ROOT, path);
  if (!existsSync(from)) return;
  for (const name of readdirSync(from)) {
    if (OWN.includes(name)) continue;
    if (name !== '@hoc') copy.link(join(path, name), realpathSync(join(from, name)));
    else for (const member of readdirSync(join(from, name))) copy.link(join(path, name, member), realpathSync(join(from, name, member)).replace(ROOT, copy.root));
  }
}
