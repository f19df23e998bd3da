import { Client } from 'undici';
import type { ConnectionEvents } from './connection.ts';
import type { Target } from './plan.ts';

const HEAD_END = '\r\n\r\n';

/**
 * The same as a Connection, through undici with pipelining 1: what a service on Node asks with. It takes more of a core than a server
 * takes to answer, so with it a fast server waits for its client.
 */
export class UndiciConnection {
  readonly #client: Client;
  readonly #events: ConnectionEvents;
  #head: { readonly bytes: number; readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> } | null = null;
  #isClosed = false;

  constructor({ host, port }: Target, events: ConnectionEvents) {
    this.#client = new Client(`http://${host}:${port}`, { pipelining: 1 });
    this.#events = events;
    // It connects by itself when it is first asked.
    queueMicrotask(() => events.connected());
  }

  /** Sends a whole request; those of one connection differ in their bodies alone. */
  ask(request: Uint8Array): void {
    const bytes = Buffer.from(request.buffer, request.byteOffset, request.length);
    const { bytes: headBytes, method, path, headers } = (this.#head ??= headOf(bytes));
    void this.#client.request({ method: method === 'GET' ? 'GET' : 'POST', path, headers, body: method === 'GET' ? null : bytes.subarray(bodyAt(bytes, headBytes)) })
      .then(async ({ statusCode, headers: answered, body }) => {
        const text = await body.text();
        const head = Object.entries(answered).map(([name, value]) => `\r\n${name}: ${String(value)}`).join('');
        this.#events.answered({ status: statusCode, head, body: text });
      })
      .catch((error: unknown) => {
        if (this.#isClosed) return;
        this.close();
        this.#events.lost(error instanceof Error ? error.message : String(error));
      });
  }

  close(): void {
    this.#isClosed = true;
    void this.#client.destroy().catch(() => {});
  }
}

/** Requests of another length have a content-length of other digits. */
const bodyAt = (bytes: Buffer, headBytes: number): number => (bytes.toString('latin1', headBytes - HEAD_END.length, headBytes) === HEAD_END ? headBytes : bytes.indexOf(HEAD_END) + HEAD_END.length);

function headOf(bytes: Buffer): { readonly bytes: number; readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> } {
  const end = bytes.indexOf(HEAD_END);
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const fields = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const);
  // undici writes these two itself.
  return { bytes: end + HEAD_END.length, method, path, headers: Object.fromEntries(fields.filter(([name]) => name !== 'host' && name !== 'content-length')) };
}
