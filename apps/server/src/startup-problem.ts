import { inspect } from 'node:util';

/** Why the server cannot start, as a sentence for the operator with what to do about it. Printed without a stack. */
export class StartupProblem extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'StartupProblem';
  }
}

/** What is printed of a start that failed: the sentence, or all that is known of what nobody foresaw. */
export const sentenceOf = (error: unknown): string => (error instanceof StartupProblem ? error.message : inspect(error));
