import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A copy of a folder in the temporary folder, for a test to edit. */
export class CopiedFolder {
  readonly root: string;
  readonly #undo: (() => void)[] = [];

  constructor(folder?: string) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'hoc-copied-')));
    if (folder !== undefined) cpSync(folder, this.root, { recursive: true, filter: (path) => !path.slice(folder.length).includes('node_modules') });
  }

  path(path: string): string {
    return join(this.root, path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** Writes a file, until {@link restore}. */
  write(path: string, text: string): void {
    let before: string | undefined;
    try {
      before = this.read(path);
    } catch {
      // It is new.
    }
    this.#undo.push(() => (before === undefined ? rmSync(this.path(path)) : writeFileSync(this.path(path), before)));
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Replaces what stands in a file. @throws where it does not stand there: the edit would change nothing */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not hold: ${from}`);
    this.write(path, text.replace(from, to));
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    // A junction needs no privilege on Windows; elsewhere the type is ignored.
    symlinkSync(target, this.path(path), 'junction');
  }

  /** Does something that is undone by {@link restore}. */
  change(act: () => void, undo: () => void): void {
    this.#undo.push(undo);
    act();
  }

  /** Undoes what was written. */
  restore(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
