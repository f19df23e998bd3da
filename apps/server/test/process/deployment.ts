import path from 'node:path';
import { startPglite } from '@hoc/l6-drivers/database/pglite';
import { askPostgres, createEmptyPostgres, type Backend } from '@hoc/testbed/databases';
import { onTestFinished } from 'vitest';
import { makeKeyFiles } from './key-files.ts';
import { scratchFolder } from './scratch-folder.ts';
import { serve, type Serving } from './server-process.ts';

/** A place for servers of one installation, to be started and killed. */
export interface Deployment {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  start(): Promise<Serving>;
  /** Asks the database as the owner of the tables; no server may be running on an embedded one. */
  asOwner<Row extends object>(text: string): Promise<readonly Row[]>;
}

/** Data and key files for servers on one kind of database. Nothing has been started yet. */
export async function deploy(backend: Backend, more: Readonly<Record<string, string>> = {}): Promise<Deployment> {
  const cwd = await scratchFolder();
  const dataDir = path.join(cwd, '.hoc');
  if (backend === 'pglite') {
    return {
      dataDir, env: more,
      start: () => serve({ cwd, env: more }),
      asOwner: async <Row extends object>(text: string) => {
        const pglite = await startPglite(path.join(dataDir, 'database'));
        try {
          return (await pglite.query<Row>(text)).rows;
        } finally {
          await pglite.close();
        }
      },
    };
  }
  const { url, drop } = await createEmptyPostgres();
  onTestFinished(drop);
  const env = { HOC_DATABASE_URL: url, ...(await makeKeyFiles(cwd)), ...more };
  return {
    dataDir, env,
    start: () => serve({ cwd, env }),
    asOwner: (text) => askPostgres(url, text),
  };
}
