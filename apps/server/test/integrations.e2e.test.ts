import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startHttpsTarget } from '@hoc/testbed/https-target';
import { createTestCa } from '@hoc/testbed/test-ca';
import { expect, onTestFinished, test } from 'vitest';
import { Client, expectStatus, textAt, type Answer } from './http/client.ts';
import { makeTenant, operatorOf } from './http/first-steps.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { ServerProcess, START_WITHIN_MS } from './process/server-process.ts';

/** Credentials as they could leak: of the one that is stored first, of the one that takes its place, and of bad requests. */
const [FIRST, SECOND, WRONG] = ['sk-planted-0a7Qm2xV9tRb4Lz', 'sk-planted-1bT8nW3kYp6Hs5', 'sk-planted-2cE1vG7jUd9Xf'] as const;
const PLANTED = [FIRST, SECOND, WRONG];
const FORMS = PLANTED.flatMap((secret) => [secret, Buffer.from(secret).toString('base64').slice(0, -4), Buffer.from(secret).toString('hex')]);

/** Every byte of every file in a folder. */
async function contentsOf(folder: string): Promise<readonly (readonly [file: string, content: Buffer])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file)] as const));
}

test('a real server probes a real target over HTTPS; the credential is in no answer, in nothing that it wrote, and in no file of its database', { timeout: 4 * START_WITHIN_MS }, async () => {
  const [folder, ca] = [await scratchFolder(), await createTestCa()];
  const caFile = path.join(folder, 'ca.pem');
  await writeFile(caFile, ca.cert);
  const target = await startHttpsTarget(await ca.issue({ hosts: ['127.0.0.1', 'localhost'] }), ({ headers, url }, response) => {
    if (url === '/broken') response.socket?.destroy();
    else response.writeHead(headers.authorization === `Bearer ${SECOND}` ? 200 : 401, { 'x-echo': headers.authorization ?? '' }).end(`you sent ${headers.authorization ?? 'nothing'}`);
  });
  onTestFinished(() => target.close());
  const dataDir = path.join(folder, 'data');
  const env = { HOC_DATA_DIR: dataDir, HOC_OUTBOUND_ALLOW: 'lab=127.0.0.0/8', HOC_OUTBOUND_CA_FILE: caFile, HOC_LOG_LEVEL: 'trace', HOC_PROBE_MINUTES: '1' };
  const server = new ServerProcess({ cwd: folder, env });
  const url = await server.serving();
  const { managementToken } = await makeTenant(await operatorOf(url, dataDir), 'Acme');
  const admin = new Client(url, managementToken);
  const answers: Answer[] = [];
  const ask = async (method: string, route: string, body?: unknown): Promise<Answer> => {
    const answer = await admin.ask(method, route, body === undefined ? {} : { body });
    answers.push(answer);
    return answer;
  };

  const made = await ask('POST', '/v1/integrations', { connectorType: 'HTTP', name: 'local', config: { url: `https://127.0.0.1:${target.port}/` }, credential: FIRST });
  expect(made.status).toBe(201);
  const own = `/v1/integrations/${textAt(made, 'id')}`;
  await expectStatus(200, ask('POST', `${own}/enable`));
  expect((await ask('POST', `${own}/probe`)).body).toMatchObject({ health: 'FAILING', healthMessage: 'The target refused the credential (401).', status: 'ENABLED' });
  await expectStatus(200, ask('POST', `${own}/credential`, { credential: SECOND }));
  expect((await ask('POST', `${own}/probe`)).body).toMatchObject({ health: 'HEALTHY', lastProbeOk: true });
  expect((await ask('PATCH', own, { version: 3, config: { url: `https://127.0.0.1:${target.port}/broken` } })).status).toBe(200);
  expect((await ask('POST', `${own}/probe`)).body).toMatchObject({ health: 'FAILING', lastProbeOk: false });
  // Another host: not without the credential.
  const elsewhere = { version: 4, config: { url: `https://localhost:${target.port}/` } };
  expect((await ask('PATCH', own, elsewhere)).body).toMatchObject({ status: 409, code: 'CREDENTIAL_BOUND' });
  await expectStatus(200, ask('POST', `${own}/credential`, { ...elsewhere, credential: SECOND }));
  expect((await ask('POST', `${own}/probe`)).body).toMatchObject({ health: 'HEALTHY' });

  // What is refused holds credentials too.
  for (const body of [
    { connectorType: 'HTTP', name: 'x', credential: WRONG, config: { url: `https://me:${WRONG}@a.example/` } }, { connectorType: 'NOBODY', name: 'x', credential: WRONG }, { connectorType: 'HTTP', name: ' ', credential: `${WRONG}\n` },
    { connectorType: 'SLACK_WEBHOOK', name: 'x', credential: `http://a.example/${WRONG}` }, { connectorType: 'HTTP', name: 'x', config: { url: 'https://10.0.0.1', token: WRONG } }, { credential: WRONG, [WRONG.slice(0, 3)]: 1 },
  ]) expect((await ask('POST', '/v1/integrations', body)).status).toBe(400);
  for (const route of ['/v1/integrations', own, `${own}/health`, '/v1/audit?limit=200', '/v1/onboarding']) await expectStatus(200, ask('GET', route));
  expect(target.asked.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${FIRST}`, `Bearer ${SECOND}`, `Bearer ${SECOND}`, `Bearer ${SECOND}`]);
  expect((await server.stop('SIGTERM')).code).toBe(0);

  expect(server.output.length).toBeGreaterThan(1000);
  const files = await contentsOf(dataDir);
  expect(files.length).toBeGreaterThan(50);
  for (const form of FORMS) {
    for (const { text } of answers) expect(text).not.toContain(form);
    expect(server.output).not.toContain(form);
    expect(files.filter(([, content]) => content.includes(form)).map(([file]) => file)).toEqual([]);
  }
  // The files do hold what they were looked through for: the row, whose name and URL are no secret.
  expect(files.some(([, content]) => content.includes(`https://localhost:${target.port}/`))).toBe(true);
});
