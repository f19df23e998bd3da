import type { Request } from './request.ts';

/** The row lock under which a fact is read; it lasts until the transaction ends. */
export type Lock = 'share' | 'update' | 'none';

/**
 * Something the server itself knows about the world, read inside the write's own transaction.
 *
 * INVARIANT: `resolve` sends its one statement before it first awaits. The kernel issues all facts of an operation in
 * the registry's lock order without waiting in between, and that is the order in which the locks are taken.
 */
export interface Fact<Name extends string, Value, Scope, Input> {
  readonly name: Name;
  readonly lock: Lock;
  resolve(scope: Scope, request: Request<Input>): Promise<Value>;
}

export const fact = <const Name extends string, Value, Scope, Input = unknown>(
  definition: Fact<Name, Value, Scope, Input>,
): Fact<Name, Value, Scope, Input> => definition;

/** Any fact: parameters are `never`, so that nobody can call it without knowing which fact it is. */
export type AnyFact = Fact<string, unknown, never, never>;

/** The values of a list of facts, by name. */
export type FactValues<Facts extends readonly AnyFact[]> = {
  readonly [F in Facts[number] as F['name']]: F extends Fact<string, infer Value, never, never> ? Value : never;
};

/** What the input of an operation must be for every fact of the list to be resolvable. */
export type FactInput<Facts extends readonly AnyFact[]> = Facts[number] extends infer F
  ? (F extends Fact<string, unknown, never, infer Input> ? (input: Input) => void : never) extends (input: infer All) => void
    ? All
    : never
  : never;
