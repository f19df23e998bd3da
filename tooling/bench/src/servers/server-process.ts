import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Target } from '../load/plan.ts';

/** The repository. */
export const ROOT: string = fileURLToPath(new URL('../../../..', import.meta.url));

const START_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 20_000;
/** What a server has said last is shown where it fails. */
const KEPT_CHARACTERS = 4000;

export interface Start {
  /** Arguments of Node. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** For programs that answer messages; see `ask`. */
  readonly hasChannel?: boolean;
}

/** A server in a process of its own, which says at which URL it serves by a line of JSON with a `url`. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #said = '';
  #line = '';
  #target: Target | null = null;
  #onTarget: () => void = () => {};

  private constructor({ command, cwd, env = {}, hasChannel = false }: Start) {
    this.#child = spawn(process.execPath, command, { cwd, env: { ...machine(), ...env }, stdio: ['ignore', 'pipe', 'pipe', ...(hasChannel ? ['ipc' as const] : [])] });
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
  }

  /** @throws Error with what it said, where it does not serve */
  static async start(start: Start): Promise<ServerProcess> {
    const server = new ServerProcess(start);
    const serving = new Promise<void>((resolve) => {
      server.#onTarget = resolve;
    });
    const timer = setTimeout(() => server.#child.kill('SIGKILL'), START_WITHIN_MS);
    await Promise.race([serving, server.#ended]);
    clearTimeout(timer);
    if (server.#target === null) throw new Error(`a server did not start: ${server.#said}`);
    return server;
  }

  get target(): Target {
    if (this.#target === null) throw new Error('the server does not serve');
    return this.#target;
  }

  get url(): string {
    return `http://${this.target.host}:${this.target.port}`;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has said last. */
  get said(): string {
    return this.#said;
  }

  /** Sends a message and waits for the next one. */
  async ask<Answer>(message: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', (answer) => resolve(answer as Answer)); // the caller started the program and knows what it answers
      this.#child.send(message, (error) => (error === null ? undefined : reject(error)));
    });
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-KEPT_CHARACTERS);
    if (this.#target !== null) return;
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) {
      const url = line.startsWith('{') ? (JSON.parse(line) as { readonly url?: string }).url : undefined; // a log line, or our own programs'
      if (url === undefined) continue;
      const { hostname, port } = new URL(url);
      this.#target = { host: hostname, port: Number(port) };
      this.#line = '';
      this.#onTarget();
      return;
    }
  }
}

/** What any program may know of the machine; nothing of HOC's configuration. */
function machine(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'LD_LIBRARY_PATH'];
  return Object.fromEntries(names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  }));
}
