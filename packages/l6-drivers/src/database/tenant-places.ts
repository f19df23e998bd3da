import { OutageError } from './outage.ts';

/** How many things one tenant may do at once in this process; who comes when all places are taken waits in line, in the order of coming. */
export class TenantPlaces {
  readonly #places: number;
  readonly #timeoutMs: number;
  readonly #tenants = new Map<string, Line>();

  constructor({ places, timeoutMs }: { readonly places: number; readonly timeoutMs: number }) {
    this.#places = places;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Waits for a place. Answers what gives it back, which may be called more than once.
   * @throws OutageError where no place came free in time
   */
  async take(tenantId: string): Promise<() => void> {
    const line = this.#lineOf(tenantId);
    if (line.taken < this.#places) line.taken += 1;
    else await this.#wait(line);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#giveBack(tenantId, line);
    };
  }

  #lineOf(tenantId: string): Line {
    const known = this.#tenants.get(tenantId);
    if (known !== undefined) return known;
    const line: Line = { taken: 0, waiting: new Set() };
    this.#tenants.set(tenantId, line);
    return line;
  }

  /** Whoever waits takes the place as it is: nobody who comes later can get in between. */
  #giveBack(tenantId: string, line: Line): void {
    const [next] = line.waiting;
    if (next !== undefined) return next();
    line.taken -= 1;
    if (line.taken === 0) this.#tenants.delete(tenantId);
  }

  #wait({ waiting }: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        waiting.delete(start);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(start);
        reject(new OutageError(`the tenant was busy for ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      waiting.add(start);
    });
  }
}

interface Line {
  taken: number;
  readonly waiting: Set<() => void>;
}
