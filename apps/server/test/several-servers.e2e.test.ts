import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { at, Client, expectStatus } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy } from './process/deployment.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { serve } from './process/server-process.ts';

const SERVERS = 3;

test('servers that start at once on an empty PostgreSQL all serve, and there is one first operator, whose token one of them has', { timeout: 300_000 }, async () => {
  const { env, asOwner } = await deploy('postgres');
  const folders = await Promise.all(Array.from({ length: SERVERS }, () => scratchFolder()));
  const serving = await Promise.all(folders.map((cwd) => serve({ cwd, env })));

  const tokens = await Promise.all(folders.map((cwd) => readFile(path.join(cwd, '.hoc/operator-token'), 'utf8').catch(() => null)));
  const [token = '', ...more] = tokens.filter((token) => token !== null);
  expect(more).toEqual([]);
  // It was printed by the one that made it, and nowhere else.
  expect(serving.map(({ process }) => process.output.includes(token.trim()))).toEqual(tokens.map((token) => token !== null));
  expect(await asOwner(`select count(*)::int as operators from access_tokens where plane = 'fdr'`)).toEqual([{ operators: 1 }]);

  // What one has written, the others know at once.
  const operators = serving.map(({ url }) => new Client(url, token.trim()));
  const [one, other, third] = operators;
  if (one === undefined || other === undefined || third === undefined) throw new Error('three servers, please');
  const tenant = await makeTenant(one, 'Acme');
  const key = await makeKey(new Client(serving[1]?.url ?? '', tenant.managementToken), 'made elsewhere');
  const gateway = await makeGateway(serving[2]?.url ?? '', third);
  const verify = async (): Promise<unknown> => at(await expectStatus(200, gateway.post('/int/v1/keys/verify', { token: key.token })), 'code');
  expect(await verify()).toBe('VALID');
  await expectStatus(200, other.post(`/fdr/v1/tenants/${tenant.id}/suspend`, { reason: 'unpaid' }));
  expect(await verify()).toBe('TENANT_NOT_ACTIVE');
});

test('servers that share a data folder beside one PostgreSQL agree on its operator token too', { timeout: 300_000 }, async () => {
  const { env } = await deploy('postgres');
  const cwd = await scratchFolder();
  const serving = await Promise.all(Array.from({ length: SERVERS }, () => serve({ cwd, env })));
  await access(path.join(cwd, '.hoc/operator-token'));
  for (const { url } of serving) await expectStatus(200, (await operatorOf(url, path.join(cwd, '.hoc'))).get('/fdr/v1/tenants'));
});
