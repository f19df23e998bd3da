import { randomUUID } from 'node:crypto';
import { access, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { writePrivateFile } from './private-file.ts';
import { codeOf } from './system-error.ts';

const FILE = 'operator-token';
const PENDING = /^operator-token\.[^.]+\.pending$/;

/**
 * The file of the first operator token. The token is written down before it becomes valid and named for good after, so
 * that a crash in between loses nobody the only token there is.
 */
export class OperatorTokenFile {
  readonly path: string;
  readonly #folder: string;
  /** Drawn, not the process id: servers in containers share a folder and have the same one. */
  readonly #pending: string;

  constructor(dataDir: string) {
    this.#folder = dataDir;
    this.path = path.join(dataDir, FILE);
    this.#pending = path.join(dataDir, `${FILE}.${randomUUID()}.pending`);
  }

  /** Writes a token that is not valid yet (0600). */
  async prepare(token: string): Promise<void> {
    await writePrivateFile(this.#pending, `${token}\n`);
  }

  /** The prepared token has become valid. Another server on this folder may have recovered it already. */
  async keep(): Promise<void> {
    await rename(this.#pending, this.path).catch(async (error: unknown) => {
      unlessGone(error);
      await access(this.path);
    });
  }

  /** The prepared token has not become valid: another server made the first one. */
  async discard(): Promise<void> {
    await rm(this.#pending, { force: true });
  }

  /**
   * After a crash: keeps a prepared token that did become valid, and removes the ones that did not.
   * INVARIANT: only where an operator exists already; before that, another server may be about to make its token valid.
   */
  async recover(isValid: (token: string) => Promise<boolean>): Promise<void> {
    const pending = (await readdir(this.#folder)).filter((name) => PENDING.test(name));
    await Promise.all(
      pending.map(async (name) => {
        const file = path.join(this.#folder, name);
        const token = await readFile(file, 'utf8').catch(unlessGone);
        if (token === null) return;
        await ((await isValid(token.trim())) ? rename(file, this.path).catch(unlessGone) : rm(file, { force: true }));
      }),
    );
  }
}

/** Goes on where a file is gone: another server has given it its name, or thrown it away, meanwhile. */
function unlessGone(error: unknown): null {
  if (codeOf(error) !== 'ENOENT') throw error;
  return null;
}
