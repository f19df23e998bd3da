import type { z } from 'zod';
import type { Denial, InputError } from './result.ts';

export type Parsed<Input> = { readonly ok: true; readonly input: Input } | { readonly ok: false; readonly errors: readonly InputError[] };

/** Parses an operation's input; what comes out is exactly what the schema names, and all that anybody downstream sees. */
export function parseInput<Input>(schema: z.ZodType<Input>, input: unknown): Parsed<Input> {
  try {
    const parsed = schema.safeParse(input, SAYS_MISSING);
    return parsed.success ? { ok: true, input: parsed.data } : { ok: false, errors: inputErrors(parsed.error) };
  } catch (error) {
    // zod compares the `length` of whatever has one, also where it is an object that cannot be compared: `{"name":{"length":{"valueOf":1,"toString":1}}}`.
    if (error instanceof TypeError) return { ok: false, errors: [{ path: '', message: 'holds something that cannot be read' }] };
    throw error;
  }
}

/** The refusal of an input. */
export const invalidInput = (errors: readonly InputError[], requestId: string): Denial => ({
  code: 'INVALID_INPUT', status: 400, detail: 'The input is not what this operation takes.', requestId, errors,
});

/** JSON has no `undefined`: a field that is not there is missing, and no value of a wrong type. */
const SAYS_MISSING = { error: ({ input }: { readonly input: unknown }): string | undefined => (input === undefined ? 'is missing' : undefined) };

/** What was wrong, place by place; an unknown key is its own place. */
function inputErrors(error: z.ZodError): readonly InputError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pointer([...issue.path, key]), message: 'unknown key' }))
      : [{ path: pointer(issue.path), message: issue.message }],
  );
}

/** A path as a JSON Pointer (RFC 6901). */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
