import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataFolder } from './data-folder-lock.ts';
import type { Database } from './database.ts';
import { migratePglite, migratePostgres } from './migrate.ts';
import { openPglite, startPglite } from './pglite.ts';
import { poolerProblem } from './pooler-check.ts';
import { openPostgres, type PostgresOptions } from './postgres.ts';
import { readTemplate } from './template.ts';

/** A PostgreSQL server's database, or a folder for the embedded one. */
export type DatabaseLocation =
  | PostgresOptions
  | {
      readonly dataDir: string;
      /** What an empty folder is filled from, see `pgliteTemplate`. */
      readonly templateFile?: string;
    };

/**
 * Opens a database and brings its tables up to date.
 * @throws DataFolderLockedError where another process has the folder; and what connecting and migrating throw
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  if ('url' in location) {
    const problem = await poolerProblem(location.url, location.pooling ?? 'session');
    if (problem !== null) throw new Error(problem);
    await migratePostgres(location.url);
    return openPostgres(location);
  }
  return openEmbedded(location.dataDir, location.templateFile);
}

/** Where a data folder keeps its database, and the mark of a first start that has not finished. */
const placesIn = (dataDir: string): { readonly folder: string; readonly unfinished: string } => ({
  folder: join(dataDir, 'database'),
  unfinished: join(dataDir, 'database.unfinished'),
});

/** Whether no database has ever run in this data folder. */
export function isUnused(dataDir: string): boolean {
  const { folder, unfinished } = placesIn(dataDir);
  return !existsSync(folder) || existsSync(unfinished);
}

async function openEmbedded(dataDir: string, templateFile: string | undefined): Promise<Database> {
  const lock = lockDataFolder(dataDir);
  try {
    const { folder, unfinished } = placesIn(dataDir);
    // A first start that was killed left a folder that no database ever ran in.
    if (existsSync(unfinished)) rmSync(folder, { recursive: true, force: true });
    const isNew = !existsSync(folder);
    if (isNew) writeFileSync(unfinished, '', { mode: 0o600 });
    const pglite = await startPglite(folder, isNew && templateFile !== undefined ? await readTemplate(templateFile) : undefined);
    await migratePglite(pglite);
    const database = await openPglite(pglite);
    rmSync(unfinished, { force: true });
    return {
      ...database,
      close: async () => {
        await database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
