import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '@hoc/l2-api/app';
import { performProbe } from '@hoc/l5-engines/integrations/probe';
import type { Vault } from '@hoc/l5-engines/scope';
import { isUnused } from '@hoc/l6-drivers/database/open';
import type { Logger } from 'pino';
import { closeApp } from './close-app.ts';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { makeDataFolder } from './data-folder.ts';
import { loadKeyring } from './key-files.ts';
import { openInstallation } from './installation.ts';
import { listen } from './listen.ts';
import { openOutboundRequests } from './open-outbound.ts';
import { openStorage } from './open-storage.ts';
import { OperatorTokenFile } from './operator-token-file.ts';
import { printingMailer, smtpMailer } from './relay/mailer.ts';
import { Relay } from './relay/relay.ts';
import { Reprober } from './reprobe/reprober.ts';

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  /** Answers what was asked, then lets go of port, database and data folder. */
  close(): Promise<void>;
}

/** What is shown to whoever started the server. */
export interface Show {
  /** The first operator token, and where it is kept: at once, whatever becomes of the rest of the start. */
  operatorToken(token: string, path: string): void;
  /** A mail, where no mail server is configured. */
  mail(text: string): void;
}

/** How long a start that has failed may take to let go of what it holds; then the end of the process does it. */
const LET_GO_WITHIN_MS = 2000;

/**
 * Starts a server: data folder, database, key files, registry, HTTP, deliveries, probes, in this order, and lets go of all of it where one
 * of them fails.
 * @throws StartupProblem with a sentence for the operator
 */
export async function boot(config: Config, log: Logger, show: Show): Promise<RunningServer> {
  const started = new AsyncDisposableStack();
  try {
    return await start(config, log, show, started);
  } catch (error) {
    // Letting go must neither hide why the start failed nor keep the process from ending.
    await Promise.race([started.disposeAsync(), sleep(LET_GO_WITHIN_MS, undefined, { ref: false })]).catch(() => {});
    throw error;
  }
}

async function start(config: Config, log: Logger, show: Show, started: AsyncDisposableStack): Promise<RunningServer> {
  await makeDataFolder(config.dataDir);
  const { storage } = config;
  const isFresh = storage.kind === 'embedded' && isUnused(storage.dataDir);
  // Key files come first: a first start that dies in between leaves files without data, never data without its files.
  const vault: Vault = {
    keks: await loadKeyring('kek', config.kekFile, isFresh),
    peppers: await loadKeyring('pepper', config.pepperFile, isFresh),
    randomBytes: (length) => randomBytes(length),
  };
  const outbound = await openOutboundRequests(config.outbound);
  const database = await openStorage(storage, isFresh);
  started.defer(() => database.close());
  const mailer = config.mail === null ? printingMailer((text) => show.mail(text)) : smtpMailer(config.mail);
  const relay = new Relay({ database, outbound, keks: vault.keks, mailer, log });
  const registry = compose({
    database, vault,
    urlPolicy: outbound.policy,
    probe: (subject) => performProbe(subject, outbound),
    eventsCommitted: (tenantId) => relay.wake(tenantId),
    reporter: { failure: ({ error, ...event }) => log.error({ ...event, err: error }, 'an operation failed') },
    alarm: (row) => log.error({ row }, 'a stored row cannot be read, so what it grants is denied'),
  });
  const tokenFile = new OperatorTokenFile(config.dataDir);
  const firstToken = await openInstallation(registry, config, tokenFile, vault.randomBytes);
  if (firstToken !== null) show.operatorToken(firstToken, tokenFile.path);
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
  if (config.probeEveryMs !== null) {
    const reprober = new Reprober({ database, registry, log, everyMs: config.probeEveryMs });
    started.defer(() => reprober.stop());
    reprober.start();
  }
  return { url, close: () => started.disposeAsync() };
}
