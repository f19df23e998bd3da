import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testTemplate } from '@hoc/testbed/databases';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataFolderLockedError, lockDataFolder } from '../../src/database/data-folder-lock.ts';
import { openDatabase } from '../../src/database/open.ts';
import { pgliteTemplate } from '../../src/database/template.ts';
import { makeTenant, storeOf } from '../store.ts';

const HOLDER = fileURLToPath(new URL('lock-holder.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoc-embedded-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function holder(of: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [HOLDER, of], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('no output to wait for');
  await once(child.stdout, 'data');
  return child;
}

test('a second process on a data folder is told the folder and the process that has it; after kill -9 the folder is free', async () => {
  const of = join(folder, 'locked');
  const child = await holder(of);
  expect(() => lockDataFolder(of)).toThrow(DataFolderLockedError);
  expect(() => lockDataFolder(of)).toThrow(new RegExp(`${of} is in use by process ${child.pid}\\b`));
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockDataFolder(of).release();
});

test('a folder is locked within one process as well, and free after the release', () => {
  const of = join(folder, 'twice');
  const lock = lockDataFolder(of);
  expect(() => lockDataFolder(of)).toThrow(DataFolderLockedError);
  lock.release();
  lockDataFolder(of).release();
});

test('an embedded database keeps what it was given, and frees its folder when it is closed', async () => {
  const dataDir = join(folder, 'kept');
  const templateFile = await testTemplate();
  const first = await openDatabase({ dataDir, templateFile });
  await makeTenant(storeOf(first), 1);
  await expect(openDatabase({ dataDir, templateFile })).rejects.toBeInstanceOf(DataFolderLockedError);
  await first.close();
  const second = await openDatabase({ dataDir, templateFile });
  expect(await storeOf(second).read('tnt_1', ({ tenants }) => tenants.get('tnt_1'))).toMatchObject({ id: 'tnt_1' });
  await second.close();
});

test('a first start that was killed in the middle is begun again', async () => {
  const dataDir = join(folder, 'torn');
  lockDataFolder(dataDir).release();
  await writeFile(join(dataDir, 'database.unfinished'), '');
  await writeFile(join(dataDir, 'database'), 'half');
  const database = await openDatabase({ dataDir, templateFile: await testTemplate() });
  await database.ping();
  await database.close();
});

test('without a template an embedded database is made from nothing', async () => {
  const database = await openDatabase({ dataDir: join(folder, 'bare') });
  await makeTenant(storeOf(database), 1);
  await database.close();
  const gone: unknown = await database.session().then(() => null, (error: unknown) => error);
  expect(storeOf(database).classify(gone)).toBe('OUTAGE');
});

test('those who make the template at once all get a whole one, and leave nothing beside it', async () => {
  const cache = join(folder, 'cache');
  const [templateFile, ...others] = await Promise.all([pgliteTemplate(cache), pgliteTemplate(cache), pgliteTemplate(cache)]);
  expect(others).toStrictEqual([templateFile, templateFile]);
  expect(await readdir(cache)).toHaveLength(1);
  const database = await openDatabase({ dataDir: join(folder, 'from-cache'), templateFile });
  await database.ping();
  await database.close();
  // Three databases are made from nothing, side by side: that takes a busy machine its time.
}, 180_000);

test('migrations that are edited while the template is made leave no dump of the former ones under the name of the new, nor the other way round', async () => {
  const cache = join(folder, 'edited-cache');
  const prints = ['before', 'after'];
  const templateFile = await pgliteTemplate(cache, async () => prints.shift() ?? 'after');
  expect(await readdir(cache)).toStrictEqual(['pglite-after.tar']);
  expect(templateFile).toBe(join(cache, 'pglite-after.tar'));
}, 180_000);
