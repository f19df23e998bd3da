import { request } from 'node:http';
import { BACKENDS } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import { listAll, Client } from './http/client.ts';
import { makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy } from './process/deployment.ts';

describe.each(BACKENDS)('a server on %s', (backend) => {
  test.each(['SIGTERM', 'SIGINT'] as const)('that gets %s answers what was asked, exits with 0, and what it acknowledged is there', { timeout: 200_000 }, async (signal) => {
    const deployment = await deploy(backend);
    const { url, process } = await deployment.start();
    const operator = await operatorOf(url, deployment.dataDir);
    const { managementToken } = await makeTenant(operator, 'Acme');
    const admin = new Client(url, managementToken);
    // Each on a connection of its own, some of which will wait for their turn.
    const names = Array.from({ length: 12 }, (_, at) => `asked ${at}`);
    const asked = names.map((name) => admin.post('/v1/api-keys', { name, environment: 'live', permissions: ['tiles:read'] }).then(
      ({ status }) => ({ name, status }),
      () => ({ name, status: null }),
    ));
    await Promise.any(asked);
    const ended = await process.stop(signal);
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    // Connections that are kept alive do not keep the server.
    expect(ended.stdout).not.toContain('cut off');
    const answers = await Promise.all(asked);
    // Whoever had come through was answered; who came too late was told so by the connection, not by half an answer.
    expect(answers.filter(({ status }) => status !== 201 && status !== null)).toEqual([]);
    const acknowledged = answers.filter(({ status }) => status === 201).map(({ name }) => name);
    expect(acknowledged.length).toBeGreaterThan(0);

    const again = await deployment.start();
    const stored = (await listAll(new Client(again.url, managementToken), '/v1/api-keys')).map(({ name }) => String(name));
    // All that was acknowledged, and nothing that was not: a clean stop leaves nothing in doubt.
    expect(stored.filter((name) => name.startsWith('asked')).toSorted()).toEqual(acknowledged.toSorted());
  });
});

/** Begins a request that never comes to its end. Answers what tells that it was cut off. */
async function beginEndless(url: string, token: string): Promise<Promise<unknown>[]> {
  const half = request(`${url}/fdr/v1/organizations`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': '100', expect: '100-continue' },
  });
  const cut = new Promise((resolve) => { half.once('error', resolve); });
  // The server has read its head, and waits for the body.
  await new Promise((resolve) => {
    half.once('continue', resolve);
    half.flushHeaders();
  });
  half.write('{');
  return [cut];
}

test.each([['SIGINT', 'SIGTERM'], ['SIGTERM', 'SIGINT'], ['SIGINT', 'SIGINT']] as const)('%s and then %s: the second one ends the server at once, and its exit code does not say that all was answered', { timeout: 200_000 }, async (first, second) => {
  const { start, dataDir } = await deploy('pglite');
  const { url, process } = await start();
  const [cut] = await beginEndless(url, (await operatorOf(url, dataDir)).token);
  process.kill(first);
  await expect.poll(() => process.log.some(({ msg }) => msg === 'stopping'), { timeout: 30_000 }).toBe(true);
  expect(await process.stop(second)).toMatchObject({ code: 130, signal: null });
  await cut;
});

test('a request that never comes to its end keeps no server from stopping', { timeout: 200_000 }, async () => {
  const { start, dataDir } = await deploy('pglite');
  const { url, process } = await start();
  const [cut] = await beginEndless(url, (await operatorOf(url, dataDir)).token);
  const ended = await process.stop('SIGTERM');
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(ended.stdout).toContain('cut off');
  await cut;
});
