/** Asks HOC by HTTP with one token, for what a bench needs before and beside its load. @throws Error where the status is not one of 2xx */
export class Api {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.#ask('GET', path);
  }

  async post<Answer>(path: string, body: object = {}): Promise<Answer> {
    return this.#ask('POST', path, body);
  }

  async put<Answer>(path: string, body: object): Promise<Answer> {
    return this.#ask('PUT', path, body);
  }

  async #ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer; // the caller names what HTTP-API.md says
  }
}
