import { expect } from 'vitest';
import type { Conformance } from './conformance.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** As it came. */
  readonly text: string;
  /** Parsed; null where there is none. */
  readonly body: unknown;
}

export interface Sending {
  readonly body?: unknown;
  /** Sent as it is, in the place of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Talks to a server as one principal. Every answer is held against the served OpenAPI document and the rules for all answers. */
export class Client {
  readonly #url: string;
  readonly #token: string | null;
  readonly #conformance: Conformance;

  constructor(url: string, token: string | null, conformance: Conformance) {
    this.#url = url;
    this.#token = token;
    this.#conformance = conformance;
  }

  get(path: string, sending?: Sending): Promise<Answer> { return this.send('GET', path, sending); }
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> { return this.send('POST', path, { body, ...(headers === undefined ? {} : { headers }) }); }
  put(path: string, body?: unknown): Promise<Answer> { return this.send('PUT', path, { body }); }
  patch(path: string, body?: unknown): Promise<Answer> { return this.send('PATCH', path, { body }); }
  delete(path: string): Promise<Answer> { return this.send('DELETE', path); }

  async send(method: string, path: string, { body, raw, headers = {} }: Sending = {}): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const answer: Answer = { status: response.status, headers: response.headers, text, body: text === '' ? null : (JSON.parse(text) as unknown) };
    const requestId = response.headers.get('x-request-id');
    expect(requestId).toMatch(/^[\x21-\x7e]{1,128}$/);
    if (answer.status >= 400) expect(answer.body).toMatchObject({ status: answer.status, requestId });
    if (answer.status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    if (answer.status !== 405) this.#conformance.check(method, path, { status: answer.status, contentType: response.headers.get('content-type'), body: answer.body });
    return answer;
  }
}

/** A text in an answer, by the names that lead to it. */
export function textAt(answer: Pick<Answer, 'body'>, ...path: readonly (string | number)[]): string {
  const found = at(answer.body, path);
  if (typeof found !== 'string') throw new Error(`no text at ${path.join('.')} of ${JSON.stringify(answer.body)}`);
  return found;
}

/** The items of a list's answer. */
export function itemsOf(answer: Answer): readonly Readonly<Record<string, unknown>>[] {
  const items = at(answer.body, ['items']);
  if (!Array.isArray(items)) throw new Error(`no list: ${answer.status} ${answer.text}`);
  // A list's items are objects, which the document's schema has just shown.
  return items as readonly Readonly<Record<string, unknown>>[];
}

const at = (body: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string | number, unknown>>)[name] : undefined), body);
