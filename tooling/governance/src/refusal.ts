/**
 * What the tool will not do, or cannot do, and what to do about it: a sentence for people, never a stack.
 * Exit code 1: the answer is no. Exit code 2: the question cannot be asked (usage, configuration, no repository).
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly remedy: string;
  readonly exitCode: 1 | 2;

  constructor(message: string, remedy: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** The words of whatever was thrown. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
