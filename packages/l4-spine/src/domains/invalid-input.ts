import type { FieldProblem } from '@hoc/l5-engines/rejection';
import type { RejectionKind } from '../kernel/operation.ts';
import { pointer } from '../kernel/parse.ts';
import { reject, type Rejection } from '../kernel/result.ts';

/** Declares that an operation may refuse input that only the stored state or the clock shows to be wrong. */
export const INVALID_INPUT = { INVALID_INPUT: { status: 400, title: 'Invalid input' } } as const satisfies Record<string, RejectionKind>;

/** Such a refusal: what is wrong, field by field, as the kernel says it of input that does not parse. */
export const invalidInput = (problems: readonly FieldProblem[]): { readonly ok: false; readonly rejection: Rejection<'INVALID_INPUT'> } =>
  reject('INVALID_INPUT', 'The input is not what this operation takes.', {
    errors: problems.map(({ path, message }) => ({ path: pointer(path), message })),
  });
