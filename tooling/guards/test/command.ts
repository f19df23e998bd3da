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
export function hocGuard(folder: string, ...words: readonly string[]): Said {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  // Of the run that this one is in.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'tooling/guards/bin/hoc-guard.ts'), ...words], { cwd: folder, env, encoding: 'utf8', timeout: 100_000 });
  return { code: status, text: stdout + stderr };
}
