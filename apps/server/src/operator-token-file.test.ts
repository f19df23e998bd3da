import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OperatorTokenFile } from './operator-token-file.ts';

const folder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'hoc-token-'));

test('the token is in the file, readable by its owner alone, once it is valid', async () => {
  const dir = await folder();
  const file = new OperatorTokenFile(dir);
  await file.prepare('test-token');
  expect(await readdir(dir)).not.toContain('operator-token');
  await file.keep();
  expect(await readFile(file.path, 'utf8')).toBe('test-token\n');
  expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).toEqual(['operator-token']);
});

test('a token that did not become valid leaves no file, and not another server\'s either', async () => {
  const dir = await folder();
  await writeFile(path.join(dir, 'operator-token'), 'the winner\n');
  const file = new OperatorTokenFile(dir);
  await file.prepare('the loser');
  await file.discard();
  expect(await readFile(file.path, 'utf8')).toBe('the winner\n');
  expect(await readdir(dir)).toEqual(['operator-token']);
});

test('a crash between validity and the file loses no token: the next start finds it', async () => {
  const dir = await folder();
  await writeFile(path.join(dir, 'operator-token.11.pending'), 'valid\n');
  await writeFile(path.join(dir, 'operator-token.12.pending'), 'never valid\n');
  const file = new OperatorTokenFile(dir);
  await file.recover(async (token) => token === 'valid');
  expect(await readFile(file.path, 'utf8')).toBe('valid\n');
  expect(await readdir(dir)).toEqual(['operator-token']);
});

test('a token that another server recovered meanwhile is kept all the same', async () => {
  const dir = await folder();
  const file = new OperatorTokenFile(dir);
  await file.prepare('test-token');
  await file.recover(async () => true);
  await file.keep();
  expect(await readFile(file.path, 'utf8')).toBe('test-token\n');
});

test('of two servers on one folder, as in containers that all have the same process id, each has a token of its own until one is valid', async () => {
  const dir = await folder();
  const [winner, loser] = [new OperatorTokenFile(dir), new OperatorTokenFile(dir)];
  await Promise.all([winner.prepare('the valid one'), loser.prepare('the other one')]);
  await winner.keep();
  await loser.discard();
  expect(await readFile(winner.path, 'utf8')).toBe('the valid one\n');
  expect(await readdir(dir)).toEqual(['operator-token']);
});

test('servers that recover at once do not trip over each other', async () => {
  const dir = await folder();
  await Promise.all(['a', 'b', 'c'].map((name) => writeFile(path.join(dir, `operator-token.${name}.pending`), `${name}\n`)));
  await Promise.all(Array.from({ length: 4 }, () => new OperatorTokenFile(dir).recover(async (token) => token === 'b')));
  expect(await readFile(path.join(dir, 'operator-token'), 'utf8')).toBe('b\n');
  expect(await readdir(dir)).toEqual(['operator-token']);
});
