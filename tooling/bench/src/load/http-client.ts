import { Connection, type HttpAnswer } from './connection.ts';
import type { Target } from './plan.ts';
import { requestBytes } from './request.ts';

interface Asked {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One kept-alive connection, one request at a time, for those who must know what began before what: once it is connected, a
 * request is handed to the socket within the call, and its answer is told in the turn of the event loop that read it.
 */
export class HttpClient {
  readonly #target: Target;
  readonly #authorization: string;
  #connection: Connection | null = null;
  #asked: Asked | null = null;

  constructor(target: Target, token: string) {
    this.#target = target;
    this.#authorization = `Bearer ${token}`;
  }

  /** Makes the connection, so that the next request begins at once. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection = new Connection(this.#target, {
        connected: resolve,
        answered: (answer) => this.#take()?.resolve(answer),
        lost: (reason) => {
          this.#connection = null;
          const error = new Error(`the connection to port ${this.#target.port} was lost: ${reason}`);
          this.#take()?.reject(error);
          reject(error);
        },
      });
    });
  }

  /** Rejects where no whole answer comes. */
  async ask(method: string, path: string, body?: object): Promise<HttpAnswer> {
    if (this.#connection === null) await this.connect();
    return this.#send(requestBytes(this.#target, { method, path, authorization: this.#authorization, ...(body === undefined ? {} : { body }) }));
  }

  close(): void {
    this.#connection?.close();
  }

  #send(bytes: Uint8Array): Promise<HttpAnswer> {
    if (this.#asked !== null) return Promise.reject(new Error('one request at a time'));
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#connection?.ask(bytes);
    });
  }

  #take(): Asked | null {
    const asked = this.#asked;
    this.#asked = null;
    return asked;
  }
}

/** The JSON of an answer of 2xx. @throws Error with the answer where it is another */
export function valueOf<Value>({ status, body }: HttpAnswer): Value {
  if (status < 200 || status > 299) throw new Error(`answered ${status} ${body}`);
  return JSON.parse(body) as Value; // the caller names what HTTP-API.md says
}
