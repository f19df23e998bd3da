import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createEmptyPostgres } from '@hoc/testbed/databases';
import { expect, onTestFinished, test } from 'vitest';
import { expectSentence } from './process/expect-sentence.ts';
import { makeKeyFiles } from './process/key-files.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { runToEnd } from './process/server-process.ts';

const WITHIN = { timeout: 200_000 };

test('an unknown HOC_ variable, a bad value and an unknown argument stop the start with a sentence, before anything is made', WITHIN, async () => {
  const cwd = await scratchFolder();
  const bad: readonly (readonly [env: Readonly<Record<string, string>>, args: readonly string[], words: readonly string[]])[] = [
    [{ HOC_PROT: '7070' }, [], ['HOC_PROT', 'HOC_PORT']],
    [{ HOC_PORT: '70700' }, [], ['HOC_PORT', '65535']],
    [{ HOC_PORT: 'http' }, [], ['HOC_PORT']],
    [{ HOC_LOG_LEVEL: 'loud' }, [], ['HOC_LOG_LEVEL', 'debug']],
    [{ HOC_DATABASE_URL: 'mysql://root:planted-password@db/hoc' }, [], ['HOC_DATABASE_URL', 'postgres://']],
    [{ HOC_DATABASE_URL: 'postgres://hoc:planted-password@db/hoc' }, [], ['HOC_KEK_FILE is required with HOC_DATABASE_URL']],
    [{}, ['--prot', '7070'], ['--prot', '--help']],
    [{}, ['serve'], ['serve', '--help']],
  ];
  for (const [env, args, words] of bad) {
    const ended = await runToEnd({ cwd, env, args });
    expectSentence(ended, ...words);
    expect(ended.stderr).not.toContain('planted-password');
  }
  expect(await readdir(cwd)).toEqual([]);
});

test('--help names every variable, starts nothing and exits with 0', WITHIN, async () => {
  const cwd = await scratchFolder();
  const ended = await runToEnd({ cwd, args: ['--help'] });
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  for (const name of ['HOST', 'PORT', 'DATA_DIR', 'DATABASE_URL', 'KEK_FILE', 'PEPPER_FILE', 'LOG_LEVEL']) expect(ended.stdout).toContain(`HOC_${name}`);
  expect(await readdir(cwd)).toEqual([]);
});

test('a port that is in use stops the start with a sentence that names it and says what to do; the folder is free again, and the first token was told', WITHIN, async () => {
  const cwd = await scratchFolder();
  const other = createServer();
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve); });
  onTestFinished(() => { other.close(); });
  // A listening TCP server has an address of this shape.
  const { port } = other.address() as AddressInfo;
  const ended = await runToEnd({ cwd, env: { HOC_PORT: String(port) } });
  expectSentence(ended, '127.0.0.1', String(port), 'in use', 'HOC_PORT');
  expect(ended.stdout).toContain((await readFile(path.join(cwd, '.hoc/operator-token'), 'utf8')).trim());
  expect(await readdir(path.join(cwd, '.hoc'))).not.toContain('lock-holder.json');
});

test('an address that this machine does not have stops the start with a sentence that names HOC_HOST', WITHIN, async () => {
  // TEST-NET-1 (RFC 5737): nobody has it.
  expectSentence(await runToEnd({ cwd: await scratchFolder(), env: { HOC_HOST: '192.0.2.1' } }), '192.0.2.1', 'HOC_HOST');
});

test('a data folder that is a file, lies beneath one, or may not be written to stops the start with a sentence that names it', WITHIN, async () => {
  const cwd = await scratchFolder();
  const file = path.join(cwd, 'file');
  await writeFile(file, '');
  const locked = path.join(cwd, 'locked');
  await mkdir(locked, { mode: 0o500 });
  const isRoot = process.getuid?.() === 0;
  // Root may write to any folder, but not to one of the kernel's.
  for (const dataDir of [file, path.join(file, 'beneath'), isRoot ? '/sys/hoc-test' : locked]) {
    expectSentence(await runToEnd({ cwd, env: { HOC_DATA_DIR: dataDir } }), dataDir, 'HOC_DATA_DIR');
  }
  await chmod(locked, 0o700);
});

test('a data folder whose database cannot be read stops the start with a sentence that names it, and is left as it is', WITHIN, async () => {
  const cwd = await scratchFolder();
  const files = await makeKeyFiles(cwd);
  const database = path.join(cwd, '.hoc/database');
  await mkdir(database, { recursive: true });
  await writeFile(path.join(database, 'PG_VERSION'), '18\n');
  await writeFile(path.join(database, 'postgresql.conf'), 'garbage');
  expectSentence(await runToEnd({ cwd, env: { ...files } }), path.join(cwd, '.hoc'), 'HOC_DATA_DIR');
  expect((await readdir(database)).toSorted()).toEqual(['PG_VERSION', 'postgresql.conf']);
});

test('a PostgreSQL that cannot be reached, or turns HOC away, stops the start with a sentence without the password', WITHIN, async () => {
  const cwd = await scratchFolder();
  const files = await makeKeyFiles(cwd);
  const { url, drop } = await createEmptyPostgres();
  onTestFinished(drop);
  const nobody = new URL(url);
  nobody.port = '1';
  nobody.password = 'planted-password';
  const unknownHost = new URL(nobody);
  unknownHost.hostname = 'database.invalid';
  const stranger = new URL(url);
  stranger.username = 'nobody_here';
  stranger.password = 'planted-password';
  const missing = new URL(url);
  missing.pathname = '/hoc_test_no_such_database';
  for (const [at, word] of [[nobody, '127.0.0.1:1'], [unknownHost, 'database.invalid'], [stranger, 'nobody_here'], [missing, 'hoc_test_no_such_database']] as const) {
    const ended = await runToEnd({ cwd, env: { ...files, HOC_DATABASE_URL: at.href } });
    expectSentence(ended, 'HOC_DATABASE_URL', word);
    expect(ended.stdout + ended.stderr).not.toContain('planted-password');
    expect(ended.stdout + ended.stderr).not.toContain(`:${new URL(url).password}@`);
  }
});
