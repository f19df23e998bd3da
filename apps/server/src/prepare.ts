import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@hoc/l6-drivers/database/database';
import { isUnused } from '@hoc/l6-drivers/database/open';
import type { Logger } from 'pino';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { makeDataFolder } from './data-folder.ts';
import { openInstallation } from './installation.ts';
import { readKeyFiles, vaultOf, type KeyTexts } from './key-files.ts';
import { openOutboundRequests } from './open-outbound.ts';
import { openStorage } from './open-storage.ts';
import { OperatorTokenFile } from './operator-token-file.ts';
import { reporting } from './reporting.ts';
import type { Show } from './show.ts';

/** What a start leaves to the processes that serve. */
export interface Prepared {
  readonly keyTexts: KeyTexts;
  /** Open, migrated, and of an opened installation. */
  readonly database: Database;
}

/** How long a start that has failed may take to let go of what it holds; then the end of the process does it. */
const LET_GO_WITHIN_MS = 2000;

/**
 * Does what a start does once, however many processes serve: data folder, key files, migrations, the installation and its first
 * operator token, in this order.
 * @throws StartupProblem with a sentence for the operator
 */
export async function prepare(config: Config, log: Logger, show: Pick<Show, 'operatorToken'>): Promise<Prepared> {
  await makeDataFolder(config.dataDir);
  const { storage } = config;
  const isFresh = storage.kind === 'embedded' && isUnused(storage.dataDir);
  // Key files come first: a first start that dies in between leaves files without data, never data without its files.
  const keyTexts = await readKeyFiles(config, isFresh);
  const vault = vaultOf(config, keyTexts);
  // Each process that serves opens these by itself; a file that is wrong stops the start before there is a database.
  await openOutboundRequests(config.outbound);
  const database = await openStorage(storage, isFresh);
  return orLetGo(() => database.close(), async () => {
    const tokenFile = new OperatorTokenFile(config.dataDir);
    const firstToken = await openInstallation(compose({ database, vault, ...reporting(log) }), config, tokenFile, vault.randomBytes);
    if (firstToken !== null) show.operatorToken(firstToken, tokenFile.path);
    return { keyTexts, database };
  });
}

/** Does `work`, and where that fails lets go: which must neither hide why it failed nor keep the process from ending. */
export async function orLetGo<Value>(letGo: () => Promise<void>, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    await Promise.race([letGo(), sleep(LET_GO_WITHIN_MS, undefined, { ref: false })]).catch(() => {});
    throw error;
  }
}
