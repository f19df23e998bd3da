import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, Client, expectStatus } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy, type Deployment } from './process/deployment.ts';
import { expectSentence } from './process/expect-sentence.ts';
import { newKeyLine } from './process/key-files.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { runToEnd } from './process/server-process.ts';

const FILES = ['kek', 'pepper'] as const;

/** Files that are none, made of the right one, and what the sentence says of them. */
const MALFORMED: readonly (readonly [text: (right: string) => string | Uint8Array, words: readonly string[]])[] = [
  [() => '', ['holds no key']],
  [() => 'garbage', ['line 1']],
  [() => Uint8Array.from({ length: 4096 }, (_, at) => at % 256), ['line 1']],
  [(right) => `${right}${right}`, ['line 2', 'repeats']],
  [(right) => right.slice(0, -5), ['line 1']],
];

/** An installation with a tenant, a key and a gateway, stopped; and the path of each of its key files. */
async function installed(backend: 'pglite' | 'postgres'): Promise<{ readonly deployment: Deployment; readonly files: Readonly<Record<(typeof FILES)[number], string>>; readonly gatewayToken: string; readonly keyToken: string }> {
  const deployment = await deploy(backend);
  const { url, process } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  const tenant = await makeTenant(operator, 'Acme');
  const { token: keyToken } = await makeKey(new Client(url, tenant.managementToken), 'old');
  const { token: gatewayToken } = await makeGateway(url, operator);
  expect((await process.stop('SIGTERM')).code).toBe(0);
  const { HOC_KEK_FILE: kek = path.join(deployment.dataDir, 'kek'), HOC_PEPPER_FILE: pepper = path.join(deployment.dataDir, 'pepper') } = deployment.env;
  return { deployment, files: { kek, pepper }, gatewayToken, keyToken };
}

describe.each(['pglite', 'postgres'] as const)('key files of an installation on %s', (backend) => {
  test('that are not the right ones stop the start with a sentence that names the file; put right, every key verifies', { timeout: 400_000 }, async () => {
    const { deployment, files, gatewayToken, keyToken } = await installed(backend);
    const cwd = path.dirname(deployment.dataDir);
    const start = (): Promise<Awaited<ReturnType<typeof runToEnd>>> => runToEnd({ cwd, env: deployment.env });
    for (const name of FILES) {
      const file = files[name];
      const right = await readFile(file, 'utf8');
      const [id = ''] = right.split(' ');

      await rename(file, `${file}.away`);
      expectSentence(await start(), file);
      await rename(`${file}.away`, file);

      const wrong: readonly (readonly [text: string | Uint8Array, words: readonly string[]])[] = [
        [newKeyLine(id), ['is not the one that this installation uses']],
        [newKeyLine('another'), [`lacks the key "${id}"`]],
        // No database is asked about the rest.
        ...(backend === 'postgres' ? [] : MALFORMED.map(([text, words]) => [text(right), words] as const)),
      ];
      for (const [text, words] of wrong) {
        await writeFile(file, text);
        const ended = await start();
        expectSentence(ended, file, ...words);
        const secret = String(text).trim().split(' ').at(-1) ?? '';
        if (secret.length > 20 && secret.length < 60) expect(ended.stdout + ended.stderr).not.toContain(secret);
      }
      await rm(file);
      await mkdir(file);
      expectSentence(await start(), file, 'folder');
      await rm(file, { recursive: true });
      await writeFile(file, right);
    }
    // Swapped by mistake: both are well formed.
    const [kek, pepper] = await Promise.all([readFile(files.kek, 'utf8'), readFile(files.pepper, 'utf8')]);
    await Promise.all([writeFile(files.kek, pepper), writeFile(files.pepper, kek)]);
    expectSentence(await start(), files.kek);
    await Promise.all([writeFile(files.kek, kek), writeFile(files.pepper, pepper)]);

    const { url } = await deployment.start();
    const verified = await expectStatus(200, new Client(url, gatewayToken).post('/int/v1/keys/verify', { token: keyToken }));
    expect(at(verified, 'code')).toBe('VALID');
  });

  test('that get a new last line go on: old keys and tokens verify, new ones are made, and from then on the line is needed', { timeout: 400_000 }, async () => {
    const { deployment, files, gatewayToken, keyToken } = await installed(backend);
    const before = await readFile(files.pepper, 'utf8');
    for (const name of FILES) await writeFile(files[name], (await readFile(files[name], 'utf8')) + newKeyLine('k2'));
    const { url, process } = await deployment.start();
    const operator = await operatorOf(url, deployment.dataDir);
    const gateway = new Client(url, gatewayToken);
    const tenant = await makeTenant(operator, 'later');
    const { token: newToken } = await makeKey(new Client(url, tenant.managementToken), 'new');
    for (const token of [keyToken, newToken]) {
      expect(at(await expectStatus(200, gateway.post('/int/v1/keys/verify', { token })), 'code')).toBe('VALID');
    }
    await process.stop('SIGTERM');
    await writeFile(files.pepper, before);
    expectSentence(await runToEnd({ cwd: path.dirname(deployment.dataDir), env: deployment.env }), files.pepper, 'lacks the key "k2"');
  });
});

test('a key file that is named and does not exist is not made, also by a first start on the embedded database', { timeout: 200_000 }, async () => {
  const cwd = await scratchFolder();
  for (const variable of ['HOC_KEK_FILE', 'HOC_PEPPER_FILE']) {
    const file = path.join(cwd, 'secrets', variable);
    expectSentence(await runToEnd({ cwd, env: { [variable]: file } }), file, 'does not exist');
  }
});

test('a key file that this user may not read stops the start with a sentence that names it', { timeout: 200_000 }, async () => {
  const cwd = await scratchFolder();
  const file = path.join(cwd, 'kek');
  await writeFile(file, newKeyLine('k1'));
  await chmod(file, 0o000);
  const ended = runToEnd({ cwd, env: { HOC_KEK_FILE: isRoot() ? path.join(file, 'beneath a file') : file } });
  expectSentence(await ended, file, 'cannot be read');
});

/** Root reads whatever it likes; a path through a file is closed to it as well. */
const isRoot = (): boolean => process.getuid?.() === 0;
