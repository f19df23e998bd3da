import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { migrationsFolder } from '@hoc/l7-models/migrations';
import { wakeUpsPlan } from '../outbox/wake-ups.schema.ts';
import { migratePglite } from './migrate.ts';
import { startPglite } from './pglite.ts';

/**
 * A dump of an embedded database that has just been migrated, made where `cacheFolder` does not hold one of these migrations and
 * this PGlite yet. Starting from it saves the seconds that a first start takes. Processes may ask at the same time.
 * @param fingerprint what tells these migrations and this PGlite from others
 * @returns the path of the dump
 */
export async function pgliteTemplate(cacheFolder: string, fingerprint: () => Promise<string> = fingerprintOfMigrations): Promise<string> {
  const print = await fingerprint();
  const file = join(cacheFolder, `pglite-${print}.tar`);
  if (await stat(file).then(() => true, () => false)) return file;
  await mkdir(cacheFolder, { recursive: true });
  const pglite = await startPglite(null);
  try {
    await migratePglite(pglite);
    // Migrations that are edited, or checked out, meanwhile: a dump of some under the name of others would stop every first start that finds it.
    if ((await fingerprint()) !== print) return await pgliteTemplate(cacheFolder, fingerprint);
    const dump = await pglite.dumpDataDir('none');
    // Whoever comes second replaces the file by one that is as good; nobody ever sees half of one.
    const draft = `${file}.${process.pid}.${process.hrtime.bigint()}`;
    await writeFile(draft, new Uint8Array(await dump.arrayBuffer()));
    await rename(draft, file);
  } finally {
    await pglite.close();
  }
  return file;
}

/** Reads a dump that {@link pgliteTemplate} made. */
export async function readTemplate(file: string): Promise<Blob> {
  return new Blob([new Uint8Array(await readFile(file))]);
}

async function fingerprintOfMigrations(): Promise<string> {
  const folder = migrationsFolder();
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return hash('sha256', JSON.stringify([await pgliteVersion(), process.arch, names, texts, wakeUpsPlan()]), 'hex').slice(0, 16);
}

async function pgliteVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: unknown = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'));
  return String((manifest as { version: unknown }).version); // `as`: a package's manifest has a version
}
