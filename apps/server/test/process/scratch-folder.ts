import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty folder that is gone after the test. */
export async function scratchFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'hoc-e2e-')));
  // A process that was just killed may still be writing.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}
