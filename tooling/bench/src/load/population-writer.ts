import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { filesIn, type Description } from './population.ts';

/** Writes the files of a population, its tokens in the order of their numbers. */
export class PopulationWriter {
  readonly folder: string;
  #known = 0;
  #unknown = 0;
  #tokenBytes = 0;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    const files = filesIn(folder);
    for (const file of [files.known, files.unknown]) writeFileSync(file, '');
  }

  known(tokens: readonly string[]): void {
    this.#append(filesIn(this.folder).known, tokens);
    this.#known += tokens.length;
  }

  unknown(tokens: readonly string[]): void {
    this.#append(filesIn(this.folder).unknown, tokens);
    this.#unknown += tokens.length;
  }

  finish(said: Pick<Description, 'dialect' | 'tenantIds' | 'malformed' | 'keyIds'>): Description {
    const description: Description = { ...said, keys: this.#known, unknown: this.#unknown, tokenBytes: this.#tokenBytes };
    writeFileSync(filesIn(this.folder).description, JSON.stringify(description));
    return description;
  }

  #append(file: string, tokens: readonly string[]): void {
    for (const token of tokens) {
      this.#tokenBytes ||= token.length;
      if (token.length !== this.#tokenBytes) throw new RangeError(`a token of ${token.length} characters among those of ${this.#tokenBytes}`);
    }
    appendFileSync(file, tokens.join(''), 'latin1');
  }
}
