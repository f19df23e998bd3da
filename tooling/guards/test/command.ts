import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** What a run of `hoc-guard` said. */
export interface Said {
  readonly code: number | null;
  /** Both streams. */
  readonly text: string;
}

/** Runs `hoc-guard` in a folder. */
export const hocGuard = (folder: string, ...words: readonly string[]): Said => hocGuardOf(join(ROOT, 'tooling/guards'), folder, ...words);

/** Runs the `hoc-guard` of another copy of the guards. */
export function hocGuardOf(guards: string, folder: string, ...words: readonly string[]): Said {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  // Of the run that this one is in, and of the package manager that started it.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST') || name === 'NODE_PATH') delete env[name];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(guards, 'bin/hoc-guard.ts'), ...words], { cwd: folder, env, encoding: 'utf8', timeout: 100_000 });
  return { code: status, text: stdout + stderr };
}
