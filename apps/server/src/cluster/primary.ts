import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import type { RunningServer } from '../boot.ts';
import type { Config } from '../config.ts';
import { sharedPort } from '../listen.ts';
import { prepare } from '../prepare.ts';
import type { Show } from '../show.ts';
import { StartupProblem } from '../startup-problem.ts';
import { reasonOf } from '../system-error.ts';
import { Backoff } from './backoff.ts';
import { closeWhatIsNotTaken } from './handed-connections.ts';
import { fromWorker, type Start, type ToWorker } from './messages.ts';

/** How long workers of a start that has failed may take to stop; then they are killed. */
const LET_GO_WITHIN_MS = 3000;

/**
 * Starts a server of several processes: prepares once, then has each worker serve on the one port. It answers once all of them do.
 * A worker that dies later is replaced, at once or after a wait that grows with each death; the others answer meanwhile.
 * @throws StartupProblem with a sentence for the operator, where one of the first workers does not come to serve
 */
export async function runPrimary(config: Config, log: Logger, show: Pick<Show, 'operatorToken'>): Promise<RunningServer> {
  const { keyTexts, database } = await prepare(config, log, show);
  await database.close();
  // One that is the same for all, and for whoever takes a place later: callers have been told of it.
  const start: Start = { keyTexts, port: await sharedPort(config) };
  const places = Array.from({ length: config.workers }, () => new Place(start, log));
  try {
    const [url = ''] = await Promise.all(places.map((place) => place.fill()));
    for (const place of places) place.keepFilled();
    return { url, close: async () => void (await Promise.all(places.map((place) => place.empty()))) };
  } catch (error) {
    await Promise.allSettled(places.map((place) => place.empty(LET_GO_WITHIN_MS)));
    throw error;
  }
}

interface Served {
  readonly code: number | null;
  readonly signal: string | null;
  /** For how long it has served. */
  readonly servedMs: number;
}

const NEVER_WAS: Served = { code: null, signal: null, servedMs: 0 };

const notMade = (error: unknown): StartupProblem => new StartupProblem(`A worker cannot be made: ${reasonOf(error)}.`);

/** The place of one worker, which another one takes when it dies. */
class Place {
  readonly #start: Start;
  readonly #log: Logger;
  readonly #backoff = new Backoff();
  #worker: Worker | null = null;
  #ended: Promise<Served> = Promise.resolve({ code: 0, signal: null, servedMs: 0 });
  #isLeft = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(start: Start, log: Logger) {
    this.#start = start;
    this.#log = log;
  }

  /**
   * Has a worker serve. Answers its URL.
   * @throws StartupProblem where it ends instead, or there cannot be one
   */
  async fill(): Promise<string> {
    const worker = this.#make();
    let servesSince: number | null = null;
    let problem: string | null = null;
    const serving = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<Served>();
    this.#ended = ended.promise;
    worker.on('message', (said: unknown) => {
      const message = fromWorker.parse(said);
      switch (message.kind) {
        case 'up':
          // One that is to stop before it has begun has been told so already.
          return this.#isLeft ? undefined : this.#tell({ kind: 'start', ...this.#start });
        case 'serving':
          servesSince = performance.now();
          this.#log.info({ worker: worker.process.pid }, 'a worker serves');
          return serving.resolve(message.url);
        case 'failed':
          problem = message.said;
          return;
        default:
          return message satisfies never;
      }
    });
    worker.on('error', (error) => {
      // One that has died cannot be told anything; its end says all there is to say. One that never was has no other end.
      if (worker.process.pid !== undefined) return;
      serving.reject(notMade(error));
      ended.resolve(NEVER_WAS);
    });
    worker.once('exit', (code: number | null, signal: string | null) => {
      serving.reject(new StartupProblem(problem ?? `A worker ended before it could serve (${signal ?? `exit code ${code}`}).`));
      ended.resolve({ code, signal, servedMs: servesSince === null ? 0 : performance.now() - servesSince });
    });
    return serving.promise;
  }

  /** @throws StartupProblem where the operating system has no room for one, or does not find the program any more */
  #make(): Worker {
    try {
      this.#worker = cluster.fork();
      closeWhatIsNotTaken(this.#worker.process);
      return this.#worker;
    } catch (error) {
      this.#worker = null;
      this.#ended = Promise.resolve(NEVER_WAS);
      throw notMade(error);
    }
  }

  /** From now on, whoever dies here is replaced. */
  keepFilled(): void {
    const { process: { pid } } = this.#worker ?? { process: { pid: undefined } };
    void this.#ended.then(({ servedMs, code, signal }) => {
      if (this.#isLeft) return;
      const waitMs = this.#backoff.after(servedMs);
      this.#log.error({ worker: pid, code, signal, servedMs: Math.round(servedMs), waitMs }, 'a worker died; another one takes its place');
      this.#timer = setTimeout(() => this.#replace(), waitMs);
    });
  }

  #replace(): void {
    this.fill().catch((error: unknown) => {
      if (!this.#isLeft) this.#log.error({ problem: error instanceof Error ? error.message : String(error) }, 'a worker cannot start');
    });
    this.keepFilled();
  }

  /**
   * Has the worker answer what it was asked, and end; nobody takes its place. `withinMs`: it is killed then.
   * @throws where it does not end well
   */
  async empty(withinMs?: number): Promise<void> {
    this.#isLeft = true;
    clearTimeout(this.#timer);
    if (this.#worker === null || this.#worker.isDead()) return;
    const { process } = this.#worker;
    this.#tell({ kind: 'stop' });
    const killer = withinMs === undefined ? undefined : setTimeout(() => process.kill('SIGKILL'), withinMs);
    const { code, signal } = await this.#ended;
    clearTimeout(killer);
    if (code !== 0) throw new Error(`the worker ${process.pid} ended with ${signal ?? `exit code ${code}`}`);
  }

  #tell(message: ToWorker): void {
    if (this.#worker?.isConnected() === true) this.#worker.send(message, () => {});
  }
}
