/** An answer of the server, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; null where there is none. */
  readonly body: unknown;
}

export interface Asking {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly requestId?: string;
}

const ANSWER_WITHIN_MS = 60_000;

/** Talks to a server with one token. Rejects where no whole answer comes. */
export class Client {
  readonly #url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.token = token;
  }

  get(path: string): Promise<Answer> {
    return this.ask('GET', path);
  }

  post(path: string, body: unknown, asking: Omit<Asking, 'body'> = {}): Promise<Answer> {
    return this.ask('POST', path, { ...asking, body });
  }

  async ask(method: string, path: string, { body, idempotencyKey, requestId }: Asking = {}): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }
}

/** The value in an answer that the names lead to. */
export const at = ({ body }: Pick<Answer, 'body'>, ...names: readonly (string | number)[]): unknown =>
  names.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined), body);

/** The text in an answer that the names lead to; throws where there is none, with the answer. */
export function textAt(answer: Answer, ...names: readonly (string | number)[]): string {
  const found = at(answer, ...names);
  if (typeof found !== 'string') throw new Error(`no text at ${names.join('.')}: ${answer.status} ${answer.text}`);
  return found;
}

/** An answer that must have this status; throws with what it says where it has another. */
export async function expectStatus(status: number, asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
  return answer;
}

/** All items of a list, page by page. */
export async function listAll(client: Client, path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const items: Readonly<Record<string, unknown>>[] = [];
  for (let cursor = ''; ;) {
    const page = await expectStatus(200, client.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`));
    // The contract's list shape.
    items.push(...(at(page, 'items') as Readonly<Record<string, unknown>>[]));
    const next = at(page, 'nextCursor');
    if (typeof next !== 'string') return items;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}
