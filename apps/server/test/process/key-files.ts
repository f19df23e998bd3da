import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keyringLine } from '@hoc/l5-engines/keyring';

/** A line of a key file with a key that nobody else has. */
export const newKeyLine = (id: string): string => keyringLine(id, randomBytes(32)).reveal();

/** Makes the two key files that a server on PostgreSQL needs, and answers the variables that name them. */
export async function makeKeyFiles(folder: string): Promise<{ readonly HOC_KEK_FILE: string; readonly HOC_PEPPER_FILE: string }> {
  const files = { HOC_KEK_FILE: path.join(folder, 'kek.txt'), HOC_PEPPER_FILE: path.join(folder, 'pepper.txt') };
  await Promise.all(Object.values(files).map((file) => writeFile(file, newKeyLine('k1'), { mode: 0o600 })));
  return files;
}
