/** How an outbound request can end without an answer. */
export const OUTBOUND_FAILURES = [
  /** The URL, or a header, may not be sent. */
  'REQUEST_REFUSED',
  /** The host is, or resolves to, an address that the guard refuses. */
  'ADDRESS_REFUSED',
  'DNS',
  'CONNECT',
  'TLS',
  /** What the peer sent is not HTTP, or ended early. */
  'PROTOCOL',
  /** The deadline over everything, from the name to the last byte. */
  'TIMEOUT',
  'TOO_LARGE',
  'REDIRECT_REFUSED',
  /** The host was out of reach too often in a row: nothing was sent. */
  'OPEN_CIRCUIT',
  /** Too many requests are under way: nothing was sent, and it says nothing about the host. */
  'BUSY',
] as const;
export type OutboundFailure = (typeof OUTBOUND_FAILURES)[number];

/** `headers` have lower-case names; a repeated header's values are joined by `, `. */
export interface HttpAnswer {
  readonly ok: true;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** `message` is a sentence for people. It holds no part of the URL, of a header or of what the peer sent. */
export interface NoAnswer {
  readonly ok: false;
  readonly failure: OutboundFailure;
  readonly message: string;
}

export type OutboundAnswer = HttpAnswer | NoAnswer;

/** Ends an outbound request from any depth; `guardedRequest` makes a {@link NoAnswer} of it. */
export class OutboundFault extends Error {
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
