import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The end of the name of a file that is still being written; what a crash leaves of one is nothing. */
export const DRAFT = '.draft';

/** Writes a file so that readers, and whoever comes after a crash, see all of it or nothing. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}${DRAFT}`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(join(folder, '.'));
}

/** The name is durable too, where folders can be synced (not on Windows). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
