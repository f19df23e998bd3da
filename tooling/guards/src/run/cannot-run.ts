import type { Fault } from './guard-report.ts';

/** Something keeps the guards from running at all: not a finding, and never a pass. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
  /** What to do about it. */
  readonly remedy: string;

  /**
   * @param message what is wrong, in one sentence
   * @param remedy what to do about it
   */
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** What an error says to whoever started the run; undefined where it was not made for people. */
export const faultOf = (error: unknown): Fault | undefined => (error instanceof CannotRunError ? { message: error.message, remedy: error.remedy } : undefined);
