/** `NOTHING`: there was nothing to do. `MORE`: there is more to do at once. */
export type TurnEnd = 'NOTHING' | 'DONE' | 'MORE';

/** What is done for one tenant. It must not throw, and ends soon after an abort. */
export type Work = (tenantId: string, signal: AbortSignal) => Promise<TurnEnd>;

export interface DispatcherOptions {
  /** For how many tenants at once. */
  readonly atOnce: number;
  /** How long a tenant is left alone after its turn: whatever comes meanwhile is done together. */
  readonly restMs: number;
  /** The same where there was nothing to do: most tenants have nobody to tell. */
  readonly idleRestMs: number;
}

/** Works for tenants, each one at a time, in the order in which they asked; who asks again while waiting is done once. */
export class Dispatcher {
  readonly #work: Work;
  readonly #options: DispatcherOptions;
  /** Those whose turn has not come. */
  readonly #waiting = new Set<string>();
  /** Those whose turn it is, or who rest after it; and whether they have asked again. */
  readonly #busy = new Map<string, boolean>();
  readonly #turns = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(work: Work, options: DispatcherOptions) {
    this.#work = work;
    this.#options = options;
  }

  add(tenantId: string): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#busy.has(tenantId)) this.#busy.set(tenantId, true);
    else this.#waiting.add(tenantId);
    this.#next();
  }

  /** Begins no more turns, and waits for those that have begun, but no longer than this. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort();
    this.#waiting.clear();
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, withinMs);
    await Promise.race([Promise.all(this.#turns), patience.promise]);
    clearTimeout(timer);
  }

  #next(): void {
    while (this.#turns.size < this.#options.atOnce && !this.#stopping.signal.aborted) {
      const [tenantId] = this.#waiting;
      if (tenantId === undefined) return;
      this.#waiting.delete(tenantId);
      this.#busy.set(tenantId, false);
      const turn = this.#turn(tenantId).finally(() => {
        this.#turns.delete(turn);
        this.#next();
      });
      this.#turns.add(turn);
    }
  }

  async #turn(tenantId: string): Promise<void> {
    const end = await this.#work(tenantId, this.#stopping.signal);
    if (end === 'MORE') this.#busy.set(tenantId, true);
    setTimeout(() => {
      const asksAgain = this.#busy.get(tenantId) === true;
      this.#busy.delete(tenantId);
      if (asksAgain) this.add(tenantId);
    }, end === 'NOTHING' ? this.#options.idleRestMs : this.#options.restMs).unref();
  }
}
