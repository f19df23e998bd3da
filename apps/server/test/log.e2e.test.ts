import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { at, Client, expectStatus, textAt } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy } from './process/deployment.ts';

test.each(['pglite', 'postgres'] as const)('on %s, whatever a server writes at the most talkative level has no token, pepper or KEK in it, but the one print of the first operator token', { timeout: 300_000 }, async (backend) => {
  const deployment = await deploy(backend, { HOC_LOG_LEVEL: 'trace' });
  const { url, process } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  const tenant = await makeTenant(operator, 'Acme');
  const admin = new Client(url, tenant.managementToken);
  const gateway = await makeGateway(url, operator);
  const { id, token } = await makeKey(admin, 'key');
  const rotated = await expectStatus(200, admin.post(`/v1/api-keys/${id}/rotate`, { overlapSeconds: 60 }));
  const tokens = [operator.token, tenant.managementToken, gateway.token, token, textAt(rotated, 'token')];

  // Wherever a caller may put a token, right or wrong.
  for (const secret of tokens) {
    await gateway.post('/int/v1/keys/verify', { token: secret });
    await gateway.post('/int/v1/keys/verify', { token: `${secret.slice(0, -1)}!` });
    await new Client(url, secret).get('/v1/tenant');
    await admin.get(`/v1/api-keys/${secret}`);
    await admin.get(`/v1/api-keys?namePrefix=${secret}`);
    await admin.post('/v1/api-keys', { name: secret, environment: 'live', permissions: [secret] });
    await admin.ask('GET', `/${secret}`, { requestId: 'in-the-path' });
    await fetch(`${url}/v1/tenant`, { method: 'POST', headers: { authorization: `Basic ${secret}`, cookie: secret }, body: secret });
  }
  const known = await expectStatus(200, gateway.post('/int/v1/keys/verify', { token: textAt(rotated, 'token') }, { requestId: 'trace-me' }));
  expect(at(known, 'valid')).toBe(true);
  const first = await process.stop('SIGTERM');
  expect(first).toMatchObject({ code: 0, stderr: '' });

  const { HOC_KEK_FILE: kek = path.join(deployment.dataDir, 'kek'), HOC_PEPPER_FILE: pepper = path.join(deployment.dataDir, 'pepper') } = deployment.env;
  const keys = (await Promise.all([kek, pepper].map((file) => readFile(file, 'utf8')))).map((text) => text.trim().split(' ')[1] ?? '');
  const prints = first.stdout.split(operator.token);
  expect(prints, 'the first operator token is printed once').toHaveLength(2);
  const rest = prints.join('');
  for (const secret of [...tokens, ...keys]) {
    expect(secret.length).toBeGreaterThan(30);
    expect(rest).not.toContain(secret);
    // Nor the part of a token that nobody may know.
    expect(rest).not.toContain(secret.split('_')[3] ?? secret);
  }
  // Nothing but the prints, of the token and of the mail that nobody is configured to send, is no line of JSON.
  const [beforeMail = '', afterMail = '', ...more] = first.stdout.split(/\nNo mail server is configured[^{]+do nothing\.\n/);
  expect([afterMail.includes('stopping'), more]).toEqual([true, []]);
  const lines = `${beforeMail}\n${afterMail}`.split('\n').filter((line) => line !== '');
  expect(lines.filter((line) => !line.startsWith('{'))).toHaveLength(2);
  // Each line about a request has its id.
  const answered = process.log.filter(({ msg }) => msg === 'answered');
  expect(answered.length).toBeGreaterThan(30);
  expect(answered.filter(({ requestId }) => typeof requestId !== 'string' || requestId === '')).toEqual([]);
  expect(answered.filter(({ requestId }) => requestId === 'trace-me')).toHaveLength(1);

  // A start that is no first one prints no token at all.
  const again = await deployment.start();
  const second = await again.process.stop('SIGTERM');
  expect(second.stdout).not.toMatch(/hoc_op_/);
});
