import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { close } from '../src/close/close.ts';
import { envelopeText, seal } from '../src/evidence/envelope.ts';
import { keyIdOf } from '../src/evidence/keys.ts';
import type { Surroundings } from '../src/surroundings.ts';
import { verifyRecords } from '../src/verify/verify-records.ts';
import { appendEvidence } from './fixture/append-evidence.ts';
import { copyOf, type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

const KEYS = 'docs/governance/keys';
let sample: SampleRepository;
let repo: SampleRepository;
let folder: string;
let key: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
let signing: Surroundings;
beforeAll(async () => {
  sample = await sampleRepository();
});
afterAll(() => sample.dispose());
beforeEach(() => {
  repo = copyOf(sample);
  folder = mkdtempSync(join(tmpdir(), 'hoc-key-'));
  key = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'key.pem'), key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  signing = { ...repo.surroundings, env: { ...process.env, GOVERNANCE_KEY_FILE: join(folder, 'key.pem') } };
});
afterEach(() => {
  repo.dispose();
  rmSync(folder, { recursive: true });
});

const pem = (publicKey: KeyObject): string => publicKey.export({ type: 'spki', format: 'pem' });
const publish = (): void => {
  repo.write(`${KEYS}/sample.pem`, pem(key.publicKey));
  repo.commit('a key');
};
const closeDoors = async (surroundings: Surroundings): Promise<{ readonly path: string; readonly envelope: string }> => {
  const [closed] = await close(['doors'], surroundings);
  repo.commit('close doors');
  return { path: closed?.evidence ?? '', envelope: closed?.evidence.replace(/json$/, 'dsse.json') ?? '' };
};
const failures = (): string => verifyRecords(repo.surroundings, false).failures.map(({ what }) => what).join('\n');

test('evidence that was signed holds, and the statement stays readable beside its envelope', async () => {
  publish();
  const { path, envelope } = await closeDoors(signing);
  expect(failures()).toBe('');
  const { payload, payloadType, signatures } = JSON.parse(repo.read(envelope)) as ReturnType<typeof seal>; // written by close
  expect(payloadType).toBe('application/vnd.in-toto+json');
  expect(Buffer.from(payload, 'base64').toString()).toBe(repo.read(path));
  expect(signatures.map(({ keyid }) => keyid)).toEqual([keyIdOf(key.publicKey)]);
});

test('the key is neither said, nor recorded, nor given to the commands', async () => {
  publish();
  repo.write('guard.ts', "import { writeFileSync } from 'node:fs';\nwriteFileSync('.cache/guards.json', JSON.stringify({ passed: 1, failed: process.env.GOVERNANCE_KEY_FILE === undefined ? 0 : 1, skipped: 0 }));\n");
  repo.commit();
  const { path } = await closeDoors(signing);
  const all = repo.read(path) + repo.read('docs/governance/tracker.md') + repo.said.join('\n');
  expect(repo.read(path)).toContain('"status": "DONE"');
  expect(all).not.toContain('PRIVATE');
  expect(all).not.toContain(folder);
});

test('a signature by a key that does not count, over other bytes, or of another type is refused', async () => {
  publish();
  const { path, envelope } = await closeDoors(signing);
  const good = repo.read(envelope);
  const statement = Buffer.from(repo.read(path));
  repo.write(envelope, envelopeText(seal(statement, generateKeyPairSync('ed25519').privateKey)));
  expect(failures()).toContain('does not hold: no key in the keys folder is ');
  const forged = seal(statement, generateKeyPairSync('ed25519').privateKey);
  repo.write(envelope, envelopeText({ ...forged, signatures: forged.signatures.map(({ sig }) => ({ sig, keyid: keyIdOf(key.publicKey) })) }));
  expect(failures()).toContain('does not hold: its signature is not good');
  repo.write(envelope, envelopeText(seal(Buffer.from('{}'), key.privateKey)));
  expect(failures()).toContain('does not hold: it envelops another statement than the one beside it');
  repo.write(envelope, good.replace('in-toto+json', 'other+json'));
  expect(failures()).toContain('does not hold: its payload type is ');
  repo.write(envelope, 'no envelope');
  expect(failures()).toContain('does not hold: it is no DSSE envelope');
  repo.remove(envelope);
  expect(failures()).toMatch(/says that \w{64} signed it, and \S+dsse.json is not there/);
});

test('a key that was taken away takes its evidence with it', async () => {
  publish();
  await closeDoors(signing);
  repo.remove(`${KEYS}/sample.pem`);
  expect(failures()).toContain('no key in the keys folder is ');
});

test('once a repository has a key, close will not write unsigned evidence, and verify refuses it', async () => {
  await closeDoors(repo.surroundings);
  publish();
  expect(failures()).toBe('');
  await expect(close(['lamps'], repo.surroundings)).rejects.toMatchObject({ message: 'This repository signs its evidence, and GOVERNANCE_KEY_FILE is not set.', exitCode: 2 });
  await closeDoors(signing);
  repo.remove(`${KEYS}/sample.pem`);
  repo.commit();
  await expect(closeDoors(repo.surroundings)).resolves.toMatchObject({});
  repo.write(`${KEYS}/sample.pem`, pem(key.publicKey));
  expect(failures()).toMatch(/^evidence\/doors\/\w+\.json is not signed, and it was logged after the first key of this repository was there\.$/);
});

test('unsigned evidence that dates itself back before the first key is refused: the history knows when it was logged', async () => {
  await closeDoors(repo.surroundings);
  publish();
  const forged = appendEvidence(repo, 'doors', (statement) => statement);
  expect(failures()).toBe(`${forged} is not signed, and it was logged after the first key of this repository was there.`);
});

test('a key that was retired is good for what was logged before, and for nothing since', async () => {
  publish();
  await closeDoors(signing);
  const next = generateKeyPairSync('ed25519');
  repo.write(`${KEYS}/next.pem`, pem(next.publicKey));
  repo.commit('the next key');
  mkdirSync(join(repo.root, KEYS, 'retired'));
  repo.git('mv', `${KEYS}/sample.pem`, `${KEYS}/retired/sample.pem`);
  repo.commit('retire the first');
  expect(failures()).toBe('');
  await expect(close(['doors'], signing)).rejects.toThrow('is not in docs/governance/keys');
  const path = appendEvidence(repo, 'doors', (statement) => statement);
  const envelope = `docs/governance/${path.replace(/json$/, 'dsse.json')}`;
  repo.write(envelope, envelopeText(seal(Buffer.from(repo.read(`docs/governance/${path}`)), key.privateKey)));
  expect(failures()).toMatch(/^evidence\/doors\/\w+\.dsse\.json does not hold: no key in the keys folder is /);
  repo.write(`${KEYS}/sample.pem`, pem(key.publicKey));
  expect(failures()).toContain('keys/retired/sample.pem is among the keys that count, too');
});

test('the application that is asked has no business with the key either', async () => {
  publish();
  const { config } = signing;
  const seen: unknown[] = [];
  vi.stubEnv('GOVERNANCE_KEY_FILE', join(folder, 'key.pem'));
  try {
    await close(['doors'], { ...signing, config: { ...config, live: () => {
      seen.push(process.env['GOVERNANCE_KEY_FILE']);
      return config.live();
    } } });
    expect(seen).toEqual([undefined]);
    expect(process.env['GOVERNANCE_KEY_FILE']).toBe(join(folder, 'key.pem'));
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a signing key that is missing, none at all, of another kind or not published is refused without a word of it', async () => {
  const env = (file: string): Surroundings => ({ ...signing, env: { GOVERNANCE_KEY_FILE: join(folder, file) } });
  writeFileSync(join(folder, 'text.pem'), 'SECRET');
  writeFileSync(join(folder, 'rsa.pem'), generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await expect(close(['doors'], env('none.pem'))).rejects.toThrow('GOVERNANCE_KEY_FILE names a file that cannot be read.');
  await expect(close(['doors'], env('text.pem'))).rejects.toThrow('GOVERNANCE_KEY_FILE names a file that is no private key in PEM, or one under a passphrase.');
  await expect(close(['doors'], env('rsa.pem'))).rejects.toThrow('GOVERNANCE_KEY_FILE names a key that is not Ed25519.');
  await expect(close(['doors'], signing)).rejects.toThrow('is not in docs/governance/keys');
});

test('a private key, or a key of another kind, in the keys folder is refused', async () => {
  publish();
  repo.write(`${KEYS}/private.pem`, key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  repo.write(`${KEYS}/rsa.pem`, pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey));
  repo.write(`${KEYS}/text.pem`, 'no key');
  expect(failures()).toContain('keys/private.pem is a private key');
  expect(failures()).toContain('keys/rsa.pem is a key of type rsa, not ed25519');
  expect(failures()).toContain('keys/text.pem is no public key in PEM');
});
