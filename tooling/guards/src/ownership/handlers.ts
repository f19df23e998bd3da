import type { Finding } from '../core/finding.ts';
import { unmade, unregistered, type Definition } from './definitions.ts';
import type { LiveOperation } from './live-registry.ts';
import { placeOf } from './place-of.ts';
import { UNMADE_OPERATION, UNREGISTERED_HANDLER } from './rules.ts';

/** The operations that are registered and that no factory has made: nothing that holds for definitions was judged of them. */
export const judgeMaking = (definitions: readonly Definition[], operations: readonly LiveOperation[]): readonly Finding[] =>
  unmade(definitions, operations.map((operation) => ({ label: [operation.address, operation.method], ...placeOf(operation.place) }))).map(({ label, path, line }) =>
    ({ rule: UNMADE_OPERATION.id, path, line, column: 1, message: `${label.join(' ')} is registered, and no factory is called with that address here` }));

/** The operations that are defined in the syntax and that nothing registers, and definitions of which nobody can tell what they define. */
export function judgeHandlers(definitions: readonly Definition[], operations: readonly LiveOperation[]): readonly Finding[] {
  const opaque = definitions.filter(({ isOpaque }) => isOpaque);
  const plain = definitions.filter(({ isOpaque }) => !isOpaque);
  const registered = operations.map(({ address, method, place }) => ({ label: [address, method], ...placeOf(place) }));
  return [
    ...opaque.map((definition) => findingAt(definition, 'an operation is defined of whatever a function is given: nobody can tell which ones are, and whether they are registered')),
    ...unregistered(plain, registered).map((definition) => findingAt(definition, `${definition.label?.join(' ') ?? 'an operation'} is defined here, and nothing registers it`)),
  ];
}

const findingAt = ({ path, line, column }: Definition, message: string): Finding => ({ rule: UNREGISTERED_HANDLER.id, path, line, column, message });
