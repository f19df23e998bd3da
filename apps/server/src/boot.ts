import { createApp } from '@hoc/l2-api/app';
import { performProbe } from '@hoc/l5-engines/integrations/probe';
import { USAGE_RECORDER_LIMITS, UsageRecorder } from '@hoc/l6-drivers/usage/usage-recorder';
import type { Logger } from 'pino';
import { closeApp } from './close-app.ts';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { Housekeeper } from './housekeeping/housekeeper.ts';
import { vaultOf } from './key-files.ts';
import { listen } from './listen.ts';
import { openOutboundRequests } from './open-outbound.ts';
import { orLetGo, prepare, type Prepared } from './prepare.ts';
import { Redigester } from './peppers/redigester.ts';
import { printingMailer, smtpMailer } from './relay/mailer.ts';
import { Relay } from './relay/relay.ts';
import { reporting } from './reporting.ts';
import { Reprober } from './reprobe/reprober.ts';
import type { Show } from './show.ts';
import { usageTrouble } from './usage/usage-trouble.ts';

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  /** Answers what was asked, then lets go of port, database and data folder. */
  close(): Promise<void>;
}

/**
 * Starts a server that is one process, and lets go of all that it holds where the start fails.
 * @throws StartupProblem with a sentence for the operator
 */
export async function boot(config: Config, log: Logger, show: Show): Promise<RunningServer> {
  return serve(config, log, show, await prepare(config, log, show));
}

/**
 * Serves what has been prepared: registry, HTTP, deliveries, probes, in this order. One of these is in every process that answers.
 * The database is this process's from now on: it closes it.
 * @throws StartupProblem with a sentence for the operator
 */
export async function serve(config: Config, log: Logger, show: Pick<Show, 'mail'>, prepared: Prepared): Promise<RunningServer> {
  const started = new AsyncDisposableStack();
  return orLetGo(() => started.disposeAsync(), () => start(config, log, show, prepared, started));
}

async function start(config: Config, log: Logger, show: Pick<Show, 'mail'>, { keyTexts, database }: Prepared, started: AsyncDisposableStack): Promise<RunningServer> {
  started.defer(() => database.close());
  const vault = vaultOf(config, keyTexts);
  const outbound = await openOutboundRequests(config.outbound);
  const mailer = config.mail === null ? printingMailer((text) => show.mail(text)) : smtpMailer(config.mail);
  const relay = new Relay({ database, outbound, keks: vault.keks, mailer, log });
  const usage: UsageRecorder = new UsageRecorder(database, USAGE_RECORDER_LIMITS, usageTrouble(log, () => usage.lost));
  // Let go of after the last answer: what was verified until then is written.
  started.defer(() => usage.stop());
  usage.start();
  const redigester = new Redigester({ database, log });
  started.defer(() => redigester.stop());
  const registry = compose({
    database, vault, ...reporting(log),
    urlPolicy: outbound.policy,
    probe: (subject) => performProbe(subject, outbound),
    usage,
    eventsCommitted: (tenantId) => relay.wake(tenantId),
    localShares: config.localShares,
    redigest: (found) => redigester.note(found),
  });
  const app = await createApp({
    registry, logger: log,
    ready: async () => {
      await database.ping();
      return true;
    },
  });
  started.defer(() => closeApp(app, log));
  const url = await listen(app, config);
  started.defer(() => relay.stop());
  await relay.start();
  const housekeeper = new Housekeeper({ database, log, keepMonths: config.usageMonths });
  started.defer(() => housekeeper.stop());
  housekeeper.start();
  if (config.probeEveryMs !== null) {
    const reprober = new Reprober({ database, registry, log, everyMs: config.probeEveryMs });
    started.defer(() => reprober.stop());
    reprober.start();
  }
  return { url, close: () => started.disposeAsync() };
}
