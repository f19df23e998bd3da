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
