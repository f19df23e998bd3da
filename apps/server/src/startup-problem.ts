/** Why the server cannot start, as a sentence for the operator with what to do about it. Printed without a stack. */
export class StartupProblem extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'StartupProblem';
  }
}
