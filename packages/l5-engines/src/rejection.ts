/** What is wrong with one field of the input. `path` leads from the input to the field. Answered as 400 `INVALID_INPUT`. */
export interface FieldProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
