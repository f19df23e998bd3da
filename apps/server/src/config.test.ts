import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const problemOf = (env: Record<string, string>): string => {
  const read = readConfig(env, '/srv');
  if (read.ok) throw new Error('the configuration was accepted');
  return read.problem;
};

test('with nothing set, HOC serves an embedded database on loopback, with key files that it makes itself', () => {
  const read = readConfig({ PATH: '/bin' }, '/srv');
  expect(read).toEqual({
    ok: true,
    config: {
      host: '127.0.0.1', port: 7070, workers: 1, localShares: 1, dataDir: '/srv/.hoc', logLevel: 'info', storage: { kind: 'embedded', dataDir: '/srv/.hoc' },
      kekFile: { path: '/srv/.hoc/kek', mayCreate: true }, pepperFile: { path: '/srv/.hoc/pepper', mayCreate: true },
      outbound: { networks: [], allowHttp: false, caFile: null }, usageMonths: 13, probeEveryMs: 900_000, mail: null,
    },
  });
});

test('an unknown HOC_ variable stops the boot with a sentence that names it', () => {
  expect(problemOf({ HOC_PROT: '1' })).toMatch(/^HOC_PROT is not a variable that HOC knows\. Known are HOC_HOST/);
});

test.each([
  ['HOC_PORT', '70700'], ['HOC_PORT', '-1'], ['HOC_PORT', 'http'], ['HOC_PORT', ''], ['HOC_HOST', ''], ['HOC_DATA_DIR', ' '], ['HOC_LOG_LEVEL', 'loud'],
  ['HOC_OUTBOUND_ALLOW', 'lab'], ['HOC_OUTBOUND_ALLOW', 'lab=10.1.0.0/40'], ['HOC_OUTBOUND_ALLOW', 'all=0.0.0.0/0'], ['HOC_OUTBOUND_ALLOW_HTTP', 'yes'],
  ['HOC_OUTBOUND_CA_FILE', ''], ['HOC_PROBE_MINUTES', 'often'], ['HOC_PROBE_MINUTES', '10081'], ['HOC_SMTP_URL', 'mail.acme.example'], ['HOC_SMTP_URL', 'http://mail.acme.example'], ['HOC_MAIL_FROM', 'hoc'],
  ['HOC_WORKERS', '0'], ['HOC_WORKERS', '65'], ['HOC_WORKERS', 'all'], ['HOC_LOCAL_SHARES', '0'], ['HOC_LOCAL_SHARES', '1.5'], ['HOC_USAGE_MONTHS', '0'], ['HOC_USAGE_MONTHS', '1201'], ['HOC_USAGE_MONTHS', 'all'], ['HOC_DATABASE_POOLING', 'statement'],
  ['HOC_DATABASE_URL', 'mysql://localhost/hoc'], ['HOC_DATABASE_URL', 'not a url'],
])('a bad value stops the boot with a sentence that names the variable: %s=%j', (name, value) => {
  expect(problemOf({ [name]: value })).toMatch(new RegExp(`^${name} .+\\.$`));
});

test('a bad database URL is not repeated: it may hold a password', () => {
  expect(problemOf({ HOC_DATABASE_URL: 'postgre://hoc:test-password@localhost/hoc' })).not.toContain('test-password');
});

test.each([
  [{}, 'HOC_KEK_FILE'], [{ HOC_KEK_FILE: 'kek' }, 'HOC_PEPPER_FILE'], [{ HOC_PEPPER_FILE: 'pepper' }, 'HOC_KEK_FILE'],
])('with HOC_DATABASE_URL both key files must be named: %j lacks %s', (files, lacking) => {
  expect(problemOf({ HOC_DATABASE_URL: 'postgres://localhost/hoc', ...files })).toMatch(new RegExp(`^${lacking} is required`));
});

test('a named key file is never made: a typo in its name must not become a new key', () => {
  const read = readConfig({ HOC_KEK_FILE: 'secrets/kek' }, '/srv');
  expect(read.ok && read.config.kekFile).toEqual({ path: '/srv/secrets/kek', mayCreate: false });
});

test('networks, the file of authorities and the mail server are read', () => {
  const read = readConfig({
    HOC_OUTBOUND_ALLOW: 'lab=10.1.0.0/16,127.0.0.0/8; office=192.168.7.0/24', HOC_OUTBOUND_ALLOW_HTTP: 'true', HOC_OUTBOUND_CA_FILE: 'ca.pem',
    HOC_SMTP_URL: 'smtps://hoc:test-password@mail.acme.example:465', HOC_MAIL_FROM: 'hoc@acme.example',
  }, '/srv');
  expect(read.ok && [read.config.outbound, read.config.mail]).toEqual([
    { networks: [{ name: 'lab', ranges: ['10.1.0.0/16', '127.0.0.0/8'] }, { name: 'office', ranges: ['192.168.7.0/24'] }], allowHttp: true, caFile: '/srv/ca.pem' },
    { smtpUrl: 'smtps://hoc:test-password@mail.acme.example:465', from: 'hoc@acme.example' },
  ]);
});

test.each([['5', 300_000], ['0', null]])('integrations are probed every %s minutes', (minutes, everyMs) => {
  const read = readConfig({ HOC_PROBE_MINUTES: minutes }, '/srv');
  expect(read.ok && read.config.probeEveryMs).toBe(everyMs);
});

test('a mail server without a sender stops the boot, and is not repeated: it may hold a password', () => {
  expect(problemOf({ HOC_SMTP_URL: 'smtp://hoc:test-password@mail.acme.example' })).toBe('HOC_MAIL_FROM is required with HOC_SMTP_URL.');
  expect(problemOf({ HOC_SMTP_URL: 'smtp:hoc:test-password@mail.acme.example', HOC_MAIL_FROM: 'hoc@acme.example' })).not.toContain('test-password');
});

const POSTGRES = { HOC_DATABASE_URL: 'postgres://localhost/hoc', HOC_KEK_FILE: 'kek', HOC_PEPPER_FILE: 'pepper' };

test.each([
  [{}, 1, 1], [{ HOC_WORKERS: '4' }, 4, 4], [{ HOC_WORKERS: '4', HOC_LOCAL_SHARES: '12' }, 4, 12], [{ HOC_LOCAL_SHARES: '3' }, 1, 3],
])('%j: a LOCAL limit is shared out by %i workers, or by what counts all servers', (env, workers, localShares) => {
  const read = readConfig({ ...POSTGRES, ...env }, '/srv');
  expect(read.ok && [read.config.workers, read.config.localShares]).toEqual([workers, localShares]);
});

test('fewer shares than workers would admit more than any bound says: refused', () => {
  expect(problemOf({ ...POSTGRES, HOC_WORKERS: '4', HOC_LOCAL_SHARES: '3' })).toMatch(/^HOC_LOCAL_SHARES must be at least HOC_WORKERS/);
});

test('several workers, and a pooler, need a PostgreSQL: the embedded database is for one process', () => {
  expect(problemOf({ HOC_WORKERS: '2' })).toMatch(/^HOC_WORKERS above 1 needs HOC_DATABASE_URL.+\.$/);
  expect(problemOf({ HOC_DATABASE_POOLING: 'session' })).toMatch(/^HOC_DATABASE_POOLING needs HOC_DATABASE_URL.+\.$/);
});

test.each([[{}, 'session'], [{ HOC_DATABASE_POOLING: 'transaction' }, 'transaction']])('%j: sessions are pooled by %s', (env, pooling) => {
  const read = readConfig({ ...POSTGRES, ...env }, '/srv');
  expect(read.ok && read.config.storage).toEqual({ kind: 'postgres', url: 'postgres://localhost/hoc', pooling });
});
