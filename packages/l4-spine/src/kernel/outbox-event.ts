/** A state change told to the outside, delivered after the commit. It holds no secret that is not sealed: whoever reads the outbox reads it. */
export interface OutboxEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
