import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The repository, where `pnpm start` runs. */
export const ROOT: string = fileURLToPath(new URL('../../../..', import.meta.url));
const MAIN = path.join(ROOT, 'apps/server/src/main.ts');

/** A first start takes about two seconds on an idle machine; this is for one that runs other things as well. */
export const START_WITHIN_MS = 90_000;
const EXIT_WITHIN_MS = 30_000;

/** What a server is started with. No variable of the machine's that HOC knows gets through. */
export interface Start {
  /** The working folder. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of main.ts. */
  readonly args?: readonly string[];
  /** Arguments of Node in the place of main.ts: how `pnpm start` calls it. */
  readonly command?: readonly string[];
  /** Another Node than the one that runs the tests. */
  readonly node?: string;
}

/** How a process ended, and everything that it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of the real server. It is killed after the test, at the latest. */
export class ServerProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #onOutput: () => void = () => {};

  constructor({ cwd, env = {}, args = [], command = [MAIN], node = process.execPath }: Start) {
    this.#child = spawn(node, [...command, ...args], {
      cwd: command[0] === MAIN ? cwd : ROOT,
      env: { ...machine(), HOC_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const child = this.#child;
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
    this.ended.then(() => this.#onOutput(), () => {});
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#onOutput();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    if (child.pid === undefined) throw new Error('the process could not be started');
    this.pid = child.pid;
    onTestFinished(async () => {
      this.kill('SIGKILL');
      await this.ended;
    });
  }

  /** Everything that it has written so far. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** Its log so far. What is no line of JSON is not of the log. */
  get log(): readonly LogLine[] {
    const lines = this.#stdout.split('\n').slice(0, -1);
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
  }

  /** Its URL, once it says that it serves. Rejects with what it said where it ended instead. */
  async serving(): Promise<string> {
    let isOver = false;
    this.ended.then(() => { isOver = true; }, () => { isOver = true; });
    const deadline = Date.now() + START_WITHIN_MS;
    for (;;) {
      const url = this.log.find(({ url }) => url !== undefined)?.url;
      if (url !== undefined) return url;
      if (isOver) throw new Error(`the server ended instead of serving: ${JSON.stringify(await this.ended)}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`the server does not serve after ${START_WITHIN_MS} ms; it said: ${this.output}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#onOutput = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end; one that takes too long is killed, and its signal says so. */
  async stop(signal: NodeJS.Signals): Promise<Ended> {
    this.kill(signal);
    const timer = setTimeout(() => this.kill('SIGKILL'), EXIT_WITHIN_MS);
    return this.ended.finally(() => clearTimeout(timer));
  }
}

export interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly pid: number;
  readonly msg: string;
  readonly url?: string;
  readonly requestId?: string;
  /** The process of a worker that a line of the primary is about. */
  readonly worker?: number;
}

/** A server that serves. */
export interface Serving {
  readonly url: string;
  readonly process: ServerProcess;
}

/** Starts a server and waits until it serves. */
export async function serve(start: Start): Promise<Serving> {
  const process = new ServerProcess(start);
  return { process, url: await process.serving() };
}

/** Starts a server that is expected to end by itself. */
export async function runToEnd(start: Start): Promise<Ended> {
  const process = new ServerProcess(start);
  const timer = setTimeout(() => process.kill('SIGKILL'), START_WITHIN_MS);
  return process.ended.finally(() => clearTimeout(timer));
}

/** What any program may know of the machine it runs on; compiled code is kept from one start to the next. */
function machine(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'LD_LIBRARY_PATH'];
  const kept = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/hoc/compiled') };
}
