import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What callers were told, and what became of those who were told nothing. */
export interface Told {
  /** How often each code was answered, by the key that was asked about. */
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Answers other than 200, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Requests whose connection broke before there was an answer. */
  readonly broken: number;
}

/** Callers that verify one key after the other, each on a connection of its own, until they are told to stop. */
export class VerdictLoad {
  readonly #url: URL;
  readonly #token: string;
  readonly #keys: Readonly<Record<string, string>>;
  readonly #callers: Promise<void>[];
  readonly #verdicts: Record<string, Record<string, number>> = {};
  readonly #refused: Record<string, number> = {};
  #broken = 0;
  #answered = 0;
  #isOver = false;

  /** @param keys the tokens that are asked about, by a name of each */
  constructor(url: string, token: string, keys: Readonly<Record<string, string>>, callers: number) {
    this.#url = new URL('/int/v1/keys/verify', url);
    this.#token = token;
    this.#keys = keys;
    this.#callers = Array.from({ length: callers }, (_, at) => this.#call(at));
  }

  /** Resolves once so many more answers have come, of any kind. */
  async answers(more: number): Promise<void> {
    const enough = this.#answered + more;
    while (this.#answered < enough) await sleep(5);
  }

  async stop(): Promise<Told> {
    this.#isOver = true;
    await Promise.all(this.#callers);
    return { verdicts: this.#verdicts, refused: this.#refused, broken: this.#broken };
  }

  async #call(caller: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const names = Object.keys(this.#keys);
    for (let turn = caller; !this.#isOver; turn += 1) {
      const name = names[turn % names.length] ?? '';
      const answer = await this.#ask(agent, this.#keys[name] ?? '').catch(() => null);
      this.#answered += 1;
      if (answer === null) {
        this.#broken += 1;
        // The port is shared: whoever knocks again is let in by another worker.
        await sleep(5);
      } else if (answer.status === 200) {
        const counts = (this.#verdicts[name] ??= {});
        counts[answer.code] = (counts[answer.code] ?? 0) + 1;
      } else this.#refused[answer.status] = (this.#refused[answer.status] ?? 0) + 1;
    }
    agent.destroy();
  }

  #ask(agent: Agent, token: string): Promise<{ readonly status: number; readonly code: string }> {
    const body = JSON.stringify({ token });
    return new Promise((resolve, reject) => {
      const asked = request(this.#url, {
        agent, method: 'POST', headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; });
        response.once('error', reject);
        // What was cut off is no answer.
        response.once('close', () => {
          if (!response.complete) return reject(new Error('cut off'));
          const { code } = JSON.parse(text) as { code: string }; // verdicts and problems alike have one
          resolve({ status: response.statusCode ?? 0, code });
        });
      });
      asked.once('error', reject);
      asked.end(body);
    });
  }
}
