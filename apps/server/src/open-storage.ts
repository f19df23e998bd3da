import { fileURLToPath } from 'node:url';
import { DataFolderLockedError } from '@hoc/l6-drivers/database/data-folder-lock';
import type { Database } from '@hoc/l6-drivers/database/database';
import { openDatabase } from '@hoc/l6-drivers/database/open';
import { pgliteTemplate } from '@hoc/l6-drivers/database/template';
import type { Storage } from './config.ts';
import { StartupProblem } from './startup-problem.ts';

/** Beside the installed packages, where `pnpm install` and a clean checkout leave it alone. */
const TEMPLATE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/hoc', import.meta.url));

/** Opens the configured database, migrated. `isUnused`: no embedded database has run in the data folder yet. */
export async function openStorage(storage: Storage, isUnused: boolean): Promise<Database> {
  try {
    if (storage.kind === 'postgres') return await openDatabase(storage);
    if (!isUnused) return await openDatabase({ dataDir: storage.dataDir });
    const templateFile = await template();
    return await openDatabase({ dataDir: storage.dataDir, ...(templateFile === null ? {} : { templateFile }) });
  } catch (error) {
    throw explained(storage, error);
  }
}

/** The dump that a first start begins from; null where it cannot be kept, and the start takes the longer way. */
const template = (): Promise<string | null> => pgliteTemplate(TEMPLATE_CACHE).catch(() => null);

function explained(storage: Storage, error: unknown): unknown {
  if (error instanceof DataFolderLockedError) return new StartupProblem(`${error.message} HOC_DATA_DIR chooses it.`);
  const said = error instanceof AggregateError ? error.errors.map(String).join('; ') : error instanceof Error ? error.message : String(error);
  if (storage.kind === 'embedded') return new StartupProblem(`The embedded database in ${storage.dataDir} (HOC_DATA_DIR) cannot be opened: ${said}.`);
  const { host, pathname } = new URL(storage.url);
  return new StartupProblem(`The database ${pathname.slice(1)} at ${host} (HOC_DATABASE_URL) cannot be opened: ${said}.`);
}
