import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpsTarget, type HttpTarget } from '@hoc/testbed/https-target';
import type { TestCa } from '@hoc/testbed/test-ca';
import { Webhook } from 'standardwebhooks';

/** A message as the receiver got it: whole, or it is not here. */
export interface Received {
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How a receiver answers: a status, or by doing something with the response itself. */
export type Manners = (received: Received, response: ServerResponse) => number | null;

/** A real HTTPS server of a tenant's, on the loopback, that remembers what it was sent. It can be shut and opened again. */
export class Receiver {
  readonly received: Received[] = [];
  manners: Manners = () => 204;
  readonly #certificate: Awaited<ReturnType<TestCa['issue']>>;
  #target: HttpTarget | null = null;
  #port = 0;

  private constructor(certificate: Awaited<ReturnType<TestCa['issue']>>) {
    this.#certificate = certificate;
  }

  static async open(ca: TestCa): Promise<Receiver> {
    const receiver = new Receiver(await ca.issue({ hosts: ['127.0.0.1', 'localhost'] }));
    await receiver.reopen();
    return receiver;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}/hook`;
  }

  /** Opens it at the port that it had. */
  async reopen(): Promise<void> {
    this.#target = await startHttpsTarget(this.#certificate, (request, response) => void this.#take(request, response), { port: this.#port });
    this.#port = this.#target.port;
  }

  async shut(): Promise<void> {
    await this.#target?.close();
  }

  /** The ids of events in the order in which each came for the first time. */
  get firstArrivals(): readonly string[] {
    return [...new Set(this.received.map(({ id }) => id))];
  }

  /** What each message holds, where its signature is that of this secret; throws where one is not. */
  verifiedBy(secret: string): readonly unknown[] {
    return this.received.map(({ body, headers }) => new Webhook(secret).verify(body, { ...headers }));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    // A request body comes in buffers.
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { type, data } = JSON.parse(body) as { type: string; data: Record<string, unknown> }; // HOC's own message
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const received = { id: headers['webhook-id'] ?? '', body, headers, type, data };
    this.received.push(received);
    const status = this.manners(received, response);
    if (status !== null) response.writeHead(status).end();
  }
}
