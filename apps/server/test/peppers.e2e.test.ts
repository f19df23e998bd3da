import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BACKENDS } from '@hoc/testbed/databases';
import { expect, test } from 'vitest';
import { at, Client, expectStatus } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy } from './process/deployment.ts';
import { expectSentence } from './process/expect-sentence.ts';
import { newKeyLine } from './process/key-files.ts';
import { runToEnd } from './process/server-process.ts';
import { VerdictLoad } from './workers/verdict-load.ts';

const WITHIN = { timeout: 300_000 };
const MOVED_WITHIN = { timeout: 60_000, interval: 100 };

test.each(BACKENDS)('a pepper is exchanged on %s: every token verifies all the while, what is left under the old one is counted, and once that is nothing its line may go', WITHIN, async (backend) => {
  const deployment = await deploy(backend, backend === 'postgres' ? { HOC_WORKERS: '2' } : {});
  const first = await deployment.start();
  const file = deployment.env['HOC_PEPPER_FILE'] ?? path.join(deployment.dataDir, 'pepper');
  const [old] = (await readFile(file, 'utf8')).split(' ');
  let operator = await operatorOf(first.url, deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const keys = await Promise.all(['a', 'b', 'never asked about'].map((name) => makeKey(new Client(first.url, managementToken), name)));
  const [a, b, c] = keys;
  if (a === undefined || b === undefined || c === undefined) throw new Error('three keys, please');
  const { token: gatewayToken } = await makeGateway(first.url, operator);
  expect((await expectStatus(200, operator.get('/fdr/v1/peppers'))).body).toEqual({
    items: [{ id: old, isCurrent: true, isInFile: true, keys: 4, tokens: 2, isRetirable: false }],
  });
  await first.process.stop('SIGTERM');

  // One server: the new line is the last at once.
  const oldLine = await readFile(file, 'utf8');
  const newLine = newKeyLine('next');
  await writeFile(file, `${oldLine}${newLine}`);
  const second = await deployment.start();
  operator = await operatorOf(second.url, deployment.dataDir);
  const load = new VerdictLoad(second.url, gatewayToken, { a: a.token, b: b.token }, 8);
  const underOld = async (): Promise<unknown> => {
    const { body } = await expectStatus(200, operator.get('/fdr/v1/peppers'));
    return at({ body }, 'items', 1);
  };
  // The operator's own token and the gateway's were moved as well: they have been used. A key that nobody asks about, and the management key, are still there.
  await expect.poll(underOld, MOVED_WITHIN).toEqual({ id: old, isCurrent: false, isInFile: true, keys: 2, tokens: 0, isRetirable: false });
  await load.answers(200);
  const { verdicts, refused, broken } = await load.stop();
  const codes = Object.fromEntries(Object.entries(verdicts).map(([name, counts]) => [name, Object.keys(counts)]));
  expect({ codes, refused, broken }).toEqual({ codes: { a: ['VALID'], b: ['VALID'] }, refused: {}, broken: 0 });
  await second.process.stop('SIGTERM');

  // Too early: two tokens would never verify again.
  await writeFile(file, newLine);
  expectSentence(await runToEnd({ cwd: path.dirname(deployment.dataDir), env: deployment.env }), file, old ?? '');
  await writeFile(file, `${oldLine}${newLine}`);
  const third = await deployment.start();
  operator = await operatorOf(third.url, deployment.dataDir);
  const gateway = new Client(third.url, gatewayToken);
  expect(at(await expectStatus(200, gateway.post('/int/v1/keys/verify', { token: c.token })), 'code')).toBe('VALID');
  await expectStatus(200, new Client(third.url, managementToken).get('/v1/tenant'));
  await expect.poll(underOld, MOVED_WITHIN).toEqual({ id: old, isCurrent: false, isInFile: true, keys: 0, tokens: 0, isRetirable: true });
  await third.process.stop('SIGTERM');

  await writeFile(file, newLine);
  const last = await deployment.start();
  operator = await operatorOf(last.url, deployment.dataDir);
  expect((await expectStatus(200, operator.get('/fdr/v1/peppers'))).body).toEqual({
    items: [
      { id: 'next', isCurrent: true, isInFile: true, keys: 4, tokens: 2, isRetirable: false },
      { id: old, isCurrent: false, isInFile: false, keys: 0, tokens: 0, isRetirable: true },
    ],
  });
  for (const { token } of keys) expect(at(await expectStatus(200, new Client(last.url, gatewayToken).post('/int/v1/keys/verify', { token })), 'code')).toBe('VALID');
  await expectStatus(200, new Client(last.url, managementToken).get('/v1/tenant'));
  expect(await last.process.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
});
