import type { Definitions } from '@hoc/l4-spine/catalogue';

/** Counts how often the handler of each write was entered: what was denied before it has not moved the count. */
export class HandlerSpy {
  readonly #calls = new Map<string, number>();

  calls(address: string, method: string): number {
    return this.#calls.get(`${address} ${method}`) ?? 0;
  }

  /** The same definitions, with every write's handler counted. Nothing else of them changes. */
  readonly substitute = (definitions: Definitions): Definitions => ({
    ...definitions,
    operations: definitions.operations.map((operation) => {
      if (operation.kind !== 'write') return operation;
      const name = operation.address.join(' ');
      const run: typeof operation.run = (call) => {
        this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
        return operation.run(call);
      };
      return { ...operation, run };
    }),
  });
}
