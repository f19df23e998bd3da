import { randomInt } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS } from '@hoc/testbed/databases';
import { expect, test } from 'vitest';
import { between, seeded } from '@hoc/testbed/random';
import { Client, expectStatus } from './http/client.ts';
import { makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy } from './process/deployment.ts';
import { expectSentence } from './process/expect-sentence.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { ROOT, runToEnd, serve, ServerProcess } from './process/server-process.ts';

test('of two servers on one data folder the second stops with a sentence that names the folder and who has it; after kill -9 of the first, the next one serves', { timeout: 300_000 }, async () => {
  const cwd = await scratchFolder();
  const dataDir = path.join(cwd, '.hoc');
  const first = await serve({ cwd });
  const operator = await operatorOf(first.url, dataDir);
  await makeTenant(operator, 'Acme');

  const second = await runToEnd({ cwd: '/', env: { HOC_DATA_DIR: dataDir } });
  expectSentence(second, dataDir, `process ${first.process.pid}`);
  await expectStatus(200, operator.get('/fdr/v1/tenants'));

  await first.process.stop('SIGKILL');
  const third = await serve({ cwd });
  const again = await operatorOf(third.url, dataDir);
  expect((await expectStatus(200, again.get('/fdr/v1/tenants'))).text).toContain('"Acme"');
});

test('a clean stop lets go of the data folder, and the next start needs nothing from anybody', { timeout: 300_000 }, async () => {
  const cwd = await scratchFolder();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { process } = await serve({ cwd });
    expect(await process.stop(signal)).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(await readdir(path.join(cwd, '.hoc'))).not.toContain('lock-holder.json');
  }
});

test('a first start begins from the prebuilt template: what is made once for all starts is not made again', { timeout: 300_000 }, async () => {
  const cache = path.join(ROOT, 'node_modules/.cache/hoc');
  await serve({ cwd: await scratchFolder() });
  const [template] = (await readdir(cache)).filter((name) => /^pglite-.*\.tar$/.test(name));
  const made = (await stat(path.join(cache, template ?? ''))).mtimeMs;
  const started = performance.now();
  const { process } = await serve({ cwd: await scratchFolder() });
  globalThis.process.stdout.write(`a first start from the template serves after ${Math.round(performance.now() - started)} ms\n`);
  expect((await stat(path.join(cache, template ?? ''))).mtimeMs).toBe(made);
  expect(process.output).toContain('shown this once');
});

test.each(BACKENDS)('a first start on %s that is killed at any moment is made good by the next: one operator, whose token is in the file', { timeout: 300_000 }, async (backend) => {
  const seed = randomInt(2 ** 31);
  globalThis.process.stdout.write(`killed first starts on ${backend}: seed ${seed}\n`);
  const random = seeded(seed);
  const started = performance.now();
  const whole = await (await deploy(backend)).start();
  const startMs = performance.now() - started;
  await whole.process.stop('SIGTERM');
  const deployment = await deploy(backend);
  for (let kill = 1; kill <= 4; kill += 1) {
    // The first half of a start reads programs and touches nothing.
    const half = new ServerProcess({ cwd: path.dirname(deployment.dataDir), env: deployment.env });
    await sleep(between(random, startMs / 2, startMs * 1.1));
    await half.stop('SIGKILL');
  }
  // However the dice fell: one was killed after it had written down a token, and before that became valid.
  await mkdir(deployment.dataDir, { recursive: true, mode: 0o700 });
  await writeFile(path.join(deployment.dataDir, 'operator-token.killed.pending'), 'hoc_op_never\n', { mode: 0o600 });
  const { url, process } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  await expectStatus(200, operator.get('/fdr/v1/tenants'));
  const { managementToken } = await makeTenant(operator, 'Acme');
  await makeKey(new Client(url, managementToken), 'after all');
  expect((await readdir(deployment.dataDir)).filter((name) => /pending|unfinished/.test(name)), `seed ${seed}`).toEqual([]);
  expect((await process.stop('SIGTERM')).code).toBe(0);
  expect(await deployment.asOwner(`select count(*)::int as operators from access_tokens where plane = 'fdr'`)).toEqual([{ operators: 1 }]);
});

test('everything in the data folder is for its owner alone, whatever the umask', { timeout: 300_000 }, async () => {
  const cwd = await scratchFolder();
  const { process } = await serve({ cwd });
  await expectPrivate(path.join(cwd, '.hoc'));
  await process.stop('SIGTERM');
  await expectPrivate(path.join(cwd, '.hoc'));
});

async function expectPrivate(folder: string): Promise<void> {
  const modeOf = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);
  expect(await modeOf(folder)).toBe('700');
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const mode = await modeOf(path.join(folder, entry.name));
    if (entry.isDirectory()) expect(mode, entry.name).toBe('700');
    else expect(mode, entry.name).toBe('600');
  }
}
