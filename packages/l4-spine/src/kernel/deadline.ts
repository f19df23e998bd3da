/** A deadline that passed. `what` names the work that was waited for. */
export class DeadlineExceeded extends Error {
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms} ms`);
    this.name = 'DeadlineExceeded';
  }
}

/**
 * Settles as `work` does, or rejects with {@link DeadlineExceeded} after `ms` milliseconds.
 * The work itself goes on: whoever gives up must also give up the connection that it runs on.
 */
export function within<Value>(ms: number, what: string, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineExceeded(what, ms)), ms);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
