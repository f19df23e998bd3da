import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between a client and its PostgreSQL, hands everything on, and can ask the sessions there are by itself. */
export interface TappedPostgres {
  /** The database's URL, through the tap. */
  readonly url: string;
  /**
   * Sends a text of one statement into each session that there is, past its client, as soon as it is out of every transaction, and answers
   * the rows of each as texts. A session that ends before that is left out. Clients must ask nothing meanwhile.
   */
  askSessions(text: string): Promise<readonly (readonly (readonly (string | null)[])[])[]>;
}

const READY = 0x5a;
/** How ReadyForQuery says that no transaction is open. */
const IDLE = 0x49;
const DATA_ROW = 0x44;
const ERROR = 0x45;

export async function tapPostgres(target: string): Promise<TappedPostgres> {
  const to = new URL(target);
  const sessions = new Set<Tap>();
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    const tap = new Tap(near, far);
    sessions.add(tap);
    for (const [one, other] of [[near, far], [far, near]] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        other.destroy();
        sessions.delete(tap);
        tap.ended();
      });
    }
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  onTestFinished(() => {
    server.close();
    for (const { near, far } of sessions) for (const socket of [near, far]) socket.destroy();
  });
  const url = new URL(to);
  // A listening TCP server has an address of this shape.
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, askSessions: async (text) => (await Promise.all([...sessions].map((tap) => tap.ask(text)))).filter((rows) => rows !== null) };
}

class Tap {
  readonly near: Socket;
  readonly far: Socket;
  /** What came of a message of the server that is not there to its end. */
  #begun: Buffer = Buffer.alloc(0);
  /** Whether the server has answered all that it was sent, and no transaction is open. */
  #isIdle = false;
  #asked: { readonly text: string; readonly received: Buffer[]; readonly resolve: (rows: (string | null)[][] | null) => void; readonly reject: (error: Error) => void } | null = null;
  #isSent = false;

  constructor(near: Socket, far: Socket) {
    this.near = near;
    this.far = far;
    near.on('data', (chunk) => {
      this.#isIdle = false;
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (this.#isSent) return this.#answered(chunk);
      this.#look(chunk);
      near.write(chunk);
      if (this.#isIdle && this.#asked !== null) this.#send(this.#asked.text);
    });
  }

  /** Null where the session ends before it is out of its transaction. */
  ask(text: string): Promise<(string | null)[][] | null> {
    return new Promise((resolve, reject) => {
      this.#asked = { text, received: [], resolve, reject };
      // A failed transaction is told of before it is rolled back.
      if (this.#isIdle) this.#send(text);
    });
  }

  ended(): void {
    this.#asked?.resolve(null);
  }

  /** One Query message of PostgreSQL's protocol. */
  #send(text: string): void {
    const body = Buffer.from(`${text}\0`);
    const head = Buffer.alloc(5);
    head.write('Q');
    head.writeInt32BE(body.length + 4, 1);
    this.#isSent = true;
    this.far.write(Buffer.concat([head, body]));
  }

  #answered(chunk: Buffer): void {
    if (this.#asked === null) return;
    this.#asked.received.push(chunk);
    const answer = rowsIn(Buffer.concat(this.#asked.received));
    if (answer === null) return;
    const { resolve, reject } = this.#asked;
    this.#asked = null;
    this.#isSent = false;
    if (typeof answer === 'string') reject(new Error(answer));
    else resolve(answer);
  }

  /** Follows the server's messages: each ReadyForQuery says whether a transaction is open. */
  #look(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#begun, chunk]);
    while (bytes.length >= 5 && bytes.length > bytes.readInt32BE(1)) {
      const end = 1 + bytes.readInt32BE(1);
      this.#isIdle = bytes[0] === READY && bytes[5] === IDLE;
      bytes = bytes.subarray(end);
    }
    this.#begun = bytes;
  }
}

/** The rows of a whole answer; what an error says; null where there is more to come. */
function rowsIn(bytes: Buffer): (string | null)[][] | string | null {
  const rows: (string | null)[][] = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const [kind, length] = [bytes[at], bytes.readInt32BE(at + 1)];
    const end = at + 1 + length;
    if (end > bytes.length) return null;
    if (kind === READY) return rows;
    if (kind === ERROR) return bytes.toString('utf8', at + 5, end);
    if (kind === DATA_ROW) rows.push(columnsIn(bytes.subarray(at + 5, end)));
    at = end;
  }
  return null;
}

function columnsIn(row: Buffer): (string | null)[] {
  const columns: (string | null)[] = [];
  let at = 2;
  for (let left = row.readInt16BE(0); left > 0; left -= 1) {
    const length = row.readInt32BE(at);
    at += 4;
    columns.push(length < 0 ? null : row.toString('utf8', at, at + length));
    if (length > 0) at += length;
  }
  return columns;
}
