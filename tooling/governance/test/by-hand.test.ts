import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { close } from '../src/close/close.ts';
import { type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

const README = readFileSync(join(import.meta.dirname, '../../../docs/governance/README.md'), 'utf8');
const scripts = [...README.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, script = '']) => script);
const script = (containing: string): string => scripts.find((text) => text.includes(containing)) ?? '';

let repo: SampleRepository;
let keys: string;
let evidence: string;
beforeAll(async () => {
  repo = await sampleRepository();
  keys = mkdtempSync(join(tmpdir(), 'hoc-key-'));
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(keys, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  repo.write('docs/governance/keys/sample.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  repo.commit();
  const closed = await close(['doors', 'lamps'], { ...repo.surroundings, env: { ...process.env, GOVERNANCE_KEY_FILE: join(keys, 'key.pem') } });
  evidence = closed[0]?.evidence.replace('docs/governance/', '') ?? '';
});
afterAll(() => {
  repo.dispose();
  rmSync(keys, { recursive: true });
});

const bash = (text: string): string => {
  const { stdout, stderr } = spawnSync('bash', ['-c', text], { cwd: join(repo.root, 'docs/governance'), encoding: 'utf8', env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` } });
  return stdout + stderr;
};

test('the chain: what the README says to run says nothing where all holds, and names an edited file and a broken line', () => {
  const chain = script('prev=');
  expect(bash(chain)).toBe('');
  const [tracker, statement] = [repo.read('docs/governance/tracker.md'), repo.read(`docs/governance/${evidence}`)];
  repo.write(`docs/governance/${evidence}`, statement.replace('"passed": 13', '"passed": 14'));
  expect(bash(chain)).toContain(`EDITED: ${evidence}`);
  repo.write(`docs/governance/${evidence}`, statement);
  repo.write('docs/governance/tracker.md', tracker.replace('Z doors DONE', 'Z doors PARTIAL'));
  expect(bash(chain)).toMatch(/^EDITED: \S+ doors PARTIAL [^\n]*\nBROKEN: \S+ lamps DONE/);
  // Nothing is chained to the last line.
  for (const [from, to] of [['Z lamps DONE', 'Z lamps PARTIAL'], ['Z lamps DONE', 'Z doors DONE']] as const) {
    repo.write('docs/governance/tracker.md', tracker.replace(from, to));
    expect(bash(chain)).toMatch(new RegExp(`^EDITED: \\S+ ${to.slice(2)} `));
  }
  repo.write('docs/governance/tracker.md', tracker);
});

test('the signature: Node alone says that the key of the README\'s folder signed the statement, and that it is the key it names', () => {
  const signature = script('DSSEv1').replace('evidence/tenant/<UTC>.json', evidence).replace('<name>', 'sample');
  const [id, verdict] = bash(signature).split('\n');
  expect(verdict).toBe(`${id} GOOD`);
  expect(repo.read(`docs/governance/${evidence}`)).toContain(`"keyid": "${id}"`);
  expect(bash(signature.replace('DSSEv1', 'DSSEv2'))).toContain(`${id} BAD`);
});
