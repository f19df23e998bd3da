import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';

/** Writes a file that only its owner can read (0600), whole or not at all, also across a crash. Replaces an old one. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await rename(await draftOf(path, text), path);
}

/** The same, but an old one stays: of several who make it at once, one does. */
export async function makePrivateFile(path: string, text: string): Promise<void> {
  const draft = await draftOf(path, text);
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function draftOf(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomUUID()}.draft`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}
