import cluster from 'node:cluster';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import type { Logger } from 'pino';
import { serve, type RunningServer } from '../boot.ts';
import type { Config } from '../config.ts';
import type { Show } from '../show.ts';
import { sentenceOf } from '../startup-problem.ts';
import { toWorker, type FromWorker, type Start } from './messages.ts';

/**
 * One of several processes that answer on one port: it serves when the primary says so, and stops when the primary says so.
 * Where the primary dies, Node ends it at once (node:cluster), so that the port is free for the next start.
 */
export function runWorker(config: Config, log: Logger, show: Pick<Show, 'mail'>): void {
  let server: Promise<RunningServer> | null = null;
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    // A start that has failed is told of already, and holds nothing.
    Promise.resolve(server).catch(() => null).then((running) => running?.close()).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('message', (said) => {
    // The primary is this very program.
    const message = toWorker.parse(said);
    if (message.kind === 'stop') return stop();
    server = start(config, log, show, message);
    server.then(
      ({ url }) => tell({ kind: 'serving', url }),
      // Told before the end: the primary prints it once, however many workers have met it.
      (error: unknown) => process.send?.({ kind: 'failed', said: sentenceOf(error) } satisfies FromWorker, () => process.exit(1)),
    );
  });
  // Whoever means this process alone; its place is taken by another one.
  process.on('SIGTERM', stop);
  // A terminal's Ctrl-C reaches all processes of the group: the primary says what is to be done about it.
  process.on('SIGINT', () => {});
  // The primary is gone, and Node is about to say so.
  cluster.worker?.on('error', () => process.exit(1));
  tell({ kind: 'up' });
}

async function start(config: Config, log: Logger, show: Pick<Show, 'mail'>, { keyTexts, port }: Start): Promise<RunningServer> {
  if (config.storage.kind !== 'postgres') throw new TypeError('the embedded database is for one process');
  // Not migrated here: the primary has done that, and a worker that takes another's place may come while the database is away.
  return serve({ ...config, port }, log, show, { keyTexts, database: openPostgres(config.storage) });
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
