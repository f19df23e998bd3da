import { connect, type Socket } from 'node:net';
import type { Target } from './plan.ts';

/** An HTTP answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  /** Status line and fields, as they came. */
  readonly head: string;
  readonly body: string;
}

export interface ConnectionEvents {
  connected(): void;
  answered(answer: HttpAnswer): void;
  /** The connection is gone; what was asked on it stays unanswered. Told once. */
  lost(reason: string): void;
}

const READ_BYTES = 16_384;
const HEAD_END = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * A kept-alive HTTP/1.1 connection that carries one request at a time, over a bare socket: a client library takes more
 * of a core per request than the servers that it is to measure.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  #rest: Buffer = Buffer.alloc(0);
  #isLost = false;

  constructor({ host, port }: Target, events: ConnectionEvents) {
    this.#events = events;
    this.#socket = connect({
      host, port, noDelay: true,
      // One buffer for all that is read: no garbage per answer.
      onread: { buffer: Buffer.allocUnsafe(READ_BYTES), callback: (length, buffer) => this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, length)) },
    });
    this.#socket.once('connect', () => events.connected());
    this.#socket.once('error', (error) => this.#lose(error.message));
    this.#socket.once('close', () => this.#lose('closed'));
    this.#socket.once('end', () => this.#lose('ended'));
  }

  /** Sends a whole request. The bytes may be changed once it was answered. */
  ask(request: Uint8Array): void {
    this.#socket.write(request);
  }

  close(): void {
    this.#isLost = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const headEnd = bytes.indexOf(HEAD_END, 0, 'latin1');
    const head = headEnd < 0 ? null : bytes.toString('latin1', 0, headEnd);
    const bodyAt = headEnd + HEAD_END.length;
    const length = head === null ? 0 : Number(CONTENT_LENGTH.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) {
      this.#lose(`an answer without a content-length: ${head ?? ''}`);
      return true;
    }
    if (head === null || bytes.length < bodyAt + length) {
      this.#rest = Buffer.from(bytes);
      return true;
    }
    this.#rest = bytes.length === bodyAt + length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(bodyAt + length));
    this.#events.answered({ status: Number(head.slice(9, 12)), head, body: bytes.toString('utf8', bodyAt, bodyAt + length) });
    return true;
  }

  #lose(reason: string): void {
    if (this.#isLost) return;
    this.close();
    this.#events.lost(reason);
  }
}
