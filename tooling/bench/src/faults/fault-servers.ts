import { fileURLToPath } from 'node:url';
import type { Target } from '../load/plan.ts';
import type { HocStart, LoadInstallation } from '../servers/installation.ts';
import type { ServerProcess } from '../servers/server-process.ts';

/** Two processes; one that is two workers; one whose clock can be stepped. */
export type FaultServersKind = 'TWO' | 'WORKERS' | 'STEPPED_CLOCK';

const STEPPED_CLOCK = fileURLToPath(new URL('../../bin/stepped-clock.ts', import.meta.url));

const STARTS: Readonly<Record<FaultServersKind, readonly HocStart[]>> = {
  TWO: [{}, {}],
  WORKERS: [{ env: { HOC_WORKERS: '2' } }],
  STEPPED_CLOCK: [{ nodeArgs: ['--import', STEPPED_CLOCK], hasChannel: true }],
};

/** The servers that a fault happens to, and what of it happens to them. */
export class FaultServers {
  readonly #installation: LoadInstallation;
  #servers: readonly ServerProcess[];

  private constructor(installation: LoadInstallation, servers: readonly ServerProcess[]) {
    this.#installation = installation;
    this.#servers = servers;
  }

  static async start(installation: LoadInstallation, kind: FaultServersKind): Promise<FaultServers> {
    return new FaultServers(installation, await Promise.all(STARTS[kind].map((start) => installation.startServer(start))));
  }

  get targets(): readonly Target[] {
    return this.#servers.map(({ target }) => target);
  }

  /** Of the first process. */
  get pid(): number {
    return this.#servers[0]?.pid ?? 0;
  }

  async killOne(): Promise<void> {
    await this.#servers[0]?.kill();
  }

  /** On the port that it had: whoever connects again finds it. */
  async startKilled(): Promise<void> {
    const [killed, ...others] = this.#servers;
    if (killed === undefined) throw new Error('nothing was killed');
    this.#servers = [await this.#installation.startServer({ env: { HOC_PORT: String(killed.target.port) } }), ...others];
  }

  async stepClock(stepMs: number): Promise<void> {
    await this.#servers[0]?.ask({ stepMs });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}
