/**
 * When a connection of this process last found that its server did not answer in time. Connections that nothing was heard on since may be as dead:
 * whoever is lent one would find out by waiting for its own deadline.
 */
export class LastHang {
  #at = Number.NEGATIVE_INFINITY;

  note(): void {
    this.#at = performance.now();
  }

  /** Whether something that was heard then was heard after it. */
  isBefore(heardAt: number): boolean {
    return this.#at < heardAt;
  }
}
