import { hash } from 'node:crypto';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProofTest } from '@hoc/guards/coverage/proof-report';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { close } from '../src/close/close.ts';
import { statementSchema } from '../src/evidence/statement-schema.ts';
import type { Statement } from '../src/evidence/statement.ts';
import type { LiveApplication } from '../src/live-application.ts';
import { plan } from '../src/plan/plan.ts';
import { verifyRecords } from '../src/verify/verify-records.ts';
import { copyOf, gitEnvironment, type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

// Each starts a dozen processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let sample: SampleRepository;
let repo: SampleRepository;
beforeAll(async () => {
  sample = await sampleRepository();
});
afterAll(() => sample.dispose());
beforeEach(() => {
  repo = copyOf(sample);
});
afterEach(() => repo.dispose());

const statement = (path: string): Statement => statementSchema.parse(JSON.parse(repo.read(path)));
type SampleTests = Omit<ProofTest, 'file'>[];

describe('close', () => {
  test('a domain with all its proofs is DONE, and its evidence says what, where, how and by whom', async () => {
    const [commit, tree] = [repo.git('rev-parse', 'HEAD'), repo.git('rev-parse', 'HEAD^{tree}')];
    const [closed] = await close(['doors'], repo.surroundings);
    expect(closed).toMatchObject({ domain: 'doors', status: 'DONE', why: [] });
    const { _type, subject, predicateType, predicate } = statement(closed?.evidence ?? '');
    expect({ _type, subject, predicateType }).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'the tree', digest: { gitTree: tree, gitCommit: commit } }],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    });
    expect(predicate.result).toBe('PASSED');
    expect(predicate.configuration).toEqual([{ name: 'governance.config.ts', digest: { sha256: hash('sha256', repo.read('governance.config.ts')) } }]);
    expect(predicate.passedTests).toHaveLength(13 + 7);
    expect(predicate.passedTests).toContain('tests/doors.json > BI-DOOR-001 > race is observed');
    const { facts, tools, closedAt } = predicate.hocGovernance;
    expect(facts.commands.map(({ name, exitCode, counts }) => ({ name, exitCode, counts }))).toEqual([
      { name: 't5 of doors', exitCode: 0, counts: { passed: 13, failed: 0, skipped: 0 } },
      { name: 't5', exitCode: 0, counts: { passed: 20, failed: 0, skipped: 0 } },
      { name: 'guards', exitCode: 0, counts: { passed: 5, failed: 0, skipped: 0 } },
    ]);
    expect(facts.commands[0]?.outputSha256).toBe(hash('sha256', 'ran 13 tests of doors\n'));
    expect(tools).toMatchObject({ node: process.versions.node });
    expect(closed?.evidence).toBe(`docs/governance/evidence/doors/${closedAt.replaceAll(/[-:]/g, '')}.json`);
    expect(facts.invariants[0]).toMatchObject({
      id: 'BI-DOOR-001',
      registered: { effectiveMode: 'STRICT', anchors: [{ anchor: 'door.open', carriedBy: ['doors.write open'] }] },
      provenBy: { deny: ['tests/doors.json > BI-DOOR-001 > deny is observed'] },
      mutants: { killedBy: { negated: 'BI-DOOR-001 > pass is observed' }, provenBy: { deleted: 'BI-DOOR-001 > STRICT is observed' }, unknown: [] },
    });
  });

  test('the row says what the evidence says, and the records hold once they are committed', async () => {
    const [closed] = await close(['doors'], repo.surroundings);
    const file = closed?.evidence.split('/').at(-1) ?? '';
    expect(repo.read('docs/governance/tracker.md')).toContain(`| doors | BI-DOOR-001, BI-DOOR-002 | 13 passed, 0 failed, 0 skipped | DONE | `);
    expect(repo.read('docs/governance/tracker.md')).toContain(` | [${file}](evidence/doors/${file}) |\n| lamps | BI-LAMP-001 | – | PENDING | – | – |\n`);
    repo.commit();
    expect(verifyRecords(repo.surroundings, false)).toEqual({ failures: [], notices: [] });
  });

  test('domains that are closed together share the commands, and get evidence each', async () => {
    const closed = await close(['doors', 'lamps'], repo.surroundings);
    expect(closed.map(({ domain, status }) => `${domain} ${status}`)).toEqual(['doors DONE', 'lamps DONE']);
    expect(repo.said.filter((line) => line.startsWith('▸ t5:'))).toHaveLength(1);
    repo.commit();
    expect(verifyRecords(repo.surroundings, false).failures).toEqual([]);
  });

  test('a lost proof, a mode that is not STRICT, an anchor out of reach, a stale mutation summary: PARTIAL, and all of it is listed', async () => {
    repo.change<SampleTests>('tests/doors.json', (tests) => tests.filter(({ name }) => name !== 'BI-DOOR-002 > race is observed'));
    repo.change<LiveApplication>('rules/live.json', ({ registry, effectiveModes }) => ({
      registry: {
        ...registry,
        operations: registry.operations.filter(({ method }) => method !== 'shut'),
        invariants: registry.invariants.map((invariant) => ({ ...invariant, hasScan: false })),
      },
      effectiveModes: { ...effectiveModes, 'BI-DOOR-001': 'MONITOR' },
    }));
    repo.write('rules/doors.ts', 'other rules\n');
    repo.commit();
    const [closed] = await close(['doors'], repo.surroundings);
    expect(closed?.status).toBe('PARTIAL');
    expect(closed?.why).toEqual([
      'BI-DOOR-001 is a state invariant without a scan',
      'BI-DOOR-001 is in mode MONITOR on a fresh installation, not STRICT',
      'BI-DOOR-002 guards door.close, which no registered operation that names it carries',
      'BI-DOOR-002 is not proven by a test for race',
      'rules/doors.ts has changed since the mutation tests were run',
    ]);
    expect(statement(closed?.evidence ?? '').predicate.result).toBe('WARNED');
  });

  test('a mutation summary that is missing, below its threshold, does not add up, or lets an invariant be broken: not DONE', async () => {
    repo.change<{ groups: object[]; invariants: { id: string; killedBy: object }[]; survivors: object[] }>('docs/governance/mutation.json', (summary) => ({
      ...summary,
      groups: [{ ...summary.groups[0], killed: 10, survived: 9 }],
      invariants: summary.invariants.map((entry) => (entry.id === 'BI-DOOR-001' ? { ...entry, killedBy: { negated: 'x', weakened: 'BI-DOOR-001 > pass is observed' } } : entry)),
      survivors: [{ file: 'rules/doors.ts', line: 3, mutator: 'BlockStatement', replacement: '{}', reason: null }],
    }));
    repo.commit();
    const [closed] = await close(['doors'], repo.surroundings);
    expect(closed).toMatchObject({
      status: 'PARTIAL',
      why: [
        '9 mutants of kernel live, and the mutation summary lists 1',
        'the mutation score of kernel is given as 95, its mutants make 55.00',
        'the mutation score of kernel is 55.00 %, below 90 %',
        'the mutant rules/doors.ts:3 BlockStatement survives without a written reason',
        'BI-DOOR-001 can be broken (deleted) and no test fails',
        'BI-DOOR-001 is said to be noticed by "x", and no test of that name has passed',
      ],
    });
    repo.remove('docs/governance/mutation.json');
    repo.commit();
    const [again] = await close(['doors'], repo.surroundings);
    expect(again?.status).toBe('PARTIAL');
    expect(again?.why[0]).toBe('there is no mutation summary that can be read: docs/governance/mutation.json is missing');
  });

  test('a test that fails: BLOCKED, with evidence that names it', async () => {
    repo.change<SampleTests>('tests/doors.json', (tests) => tests.map((entry, at) => (at === 0 ? { ...entry, state: 'failed' } : entry)));
    repo.commit();
    const [closed] = await close(['doors'], repo.surroundings);
    expect(closed?.status).toBe('BLOCKED');
    expect(closed?.why.slice(0, 3)).toEqual(['t5 of doors ended with exit code 1', 't5 ended with exit code 1', 'BI-DOOR-001 is not proven by a test for deny']);
    expect(statement(closed?.evidence ?? '').predicate).toMatchObject({ result: 'FAILED', failedTests: ['tests/doors.json > BI-DOOR-001 > deny is observed'] });
    expect(repo.read('docs/governance/tracker.md')).toContain('| 12 passed, 1 failed, 0 skipped | BLOCKED |');
  });

  test('a green command that leaves no report is BLOCKED: an older report says nothing about this run', async () => {
    await close(['doors'], repo.surroundings);
    repo.write('guard.ts', 'process.exitCode = 0;\n');
    repo.commit();
    const [closed] = await close(['doors'], repo.surroundings);
    expect(closed).toMatchObject({ status: 'BLOCKED', why: ['guards wrote no report that can be read'] });
  });

  test('an application that cannot be composed: BLOCKED', async () => {
    repo.write('rules/live.json', 'no json');
    repo.commit();
    const [closed] = await close(['lamps'], repo.surroundings);
    expect(closed?.status).toBe('BLOCKED');
    expect(closed?.why[0]).toMatch(/^the application could not be asked: /);
  });

  test('an invariant of the family that no domain declares, and one that nothing registers: PARTIAL', async () => {
    repo.change<LiveApplication>('rules/live.json', ({ registry, effectiveModes }) => ({
      effectiveModes,
      registry: { ...registry, invariants: registry.invariants.map((entry) => (entry.id === 'BI-DOOR-001' ? { ...entry, id: 'BI-DOOR-009' } : entry)) },
    }));
    repo.commit();
    const [closed] = await close(['doors'], repo.surroundings);
    expect(closed?.why).toEqual(['BI-DOOR-009 is registered, and no domain declares it', 'BI-DOOR-001 is declared, and not registered']);
  });

  test('two runtime proofs of one name: PARTIAL, for one of them could go unseen', async () => {
    repo.change<SampleTests>('tests/lamps.json', (tests) => [...tests, { name: 'a neighbour is left alone', state: 'passed', proofs: [] }]);
    repo.commit();
    const [closed] = await close(['lamps'], repo.surroundings);
    expect(closed).toMatchObject({ status: 'PARTIAL', why: ['more than one runtime proof is called "tests/lamps.json > a neighbour is left alone"'] });
    repo.commit();
    expect(verifyRecords(repo.surroundings, false).failures).toEqual([]);
  });

  test('a command that hangs is ended with all that it has started: BLOCKED', async () => {
    repo.write('guard.ts', `import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setTimeout(() => fs.writeFileSync(".cache/late", ""), 1500)']);
setInterval(() => {}, 1000);
`);
    repo.commit();
    const { config } = repo.surroundings;
    const commands = config.commands.map((command) => (command.name === 'guards' ? { ...command, timeoutMs: 700 } : command));
    const [closed] = await close(['doors'], { ...repo.surroundings, config: { ...config, commands } });
    expect(closed).toMatchObject({ status: 'BLOCKED', why: ['guards ended with exit code 124'] });
    expect(repo.said.join('\n')).toContain('✗ guards has not ended after 1 s, and was ended');
    await sleep(1500);
    expect(existsSync(join(repo.root, '.cache/late'))).toBe(false);
  });

  test('what a command leaves running is ended with it: nothing writes once its report was read', async () => {
    repo.write('guard.ts', `import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
copyFileSync('rules/guards.json', '.cache/guards.json');
spawn(process.execPath, ['-e', 'setTimeout(() => fs.writeFileSync(".cache/late", ""), 1000)'], { stdio: 'ignore' }).unref();
`);
    repo.commit();
    expect((await close(['doors'], repo.surroundings))[0]?.status).toBe('DONE');
    await sleep(1500);
    expect(existsSync(join(repo.root, '.cache/late'))).toBe(false);
  });

  test('a domain that the configuration leaves out is SKIPPED for its reason, and nothing is run', async () => {
    const { config } = repo.surroundings;
    const lamps = { invariants: {}, addresses: [], suite: null, ...config.domains['lamps'], skip: 'the lamps are rented' };
    const surroundings = { ...repo.surroundings, config: { ...config, domains: { ...config.domains, lamps } } };
    const [closed] = await close(['lamps'], surroundings);
    expect(closed).toMatchObject({ status: 'SKIPPED', why: ['the lamps are rented'] });
    expect(repo.said.filter((line) => line.startsWith('▸'))).toEqual([]);
    repo.commit();
    expect(verifyRecords(surroundings, false).failures).toEqual([]);
    expect(verifyRecords(repo.surroundings, false).failures).toEqual([
      expect.objectContaining({ what: 'The configuration no longer leaves lamps out, and its newest evidence says SKIPPED.' }),
    ]);
  });
});

describe('close refuses', () => {
  const nothingWritten = (): void => expect(repo.git('status', '--porcelain', 'docs')).toBe('');

  test('a file that was changed', async () => {
    repo.write('rules/doors.ts', 'other rules\n');
    await expect(close(['doors'], repo.surroundings)).rejects.toThrow(/The tree is dirty[^]* M rules\/doors.ts/);
    nothingWritten();
  });

  test('a file that git does not know', async () => {
    repo.write('rules/new.ts', '');
    await expect(close(['doors'], repo.surroundings)).rejects.toThrow(/The tree is dirty[^]*\?\? rules\/new.ts/);
  });

  test('a change that git was told to overlook', async () => {
    repo.git('update-index', '--assume-unchanged', 'rules/doors.ts');
    repo.write('rules/doors.ts', 'other rules\n');
    expect(repo.git('status', '--porcelain')).toBe('');
    await expect(close(['doors'], repo.surroundings)).rejects.toThrow(/The tree is dirty[^]*rules\/doors.ts/);
  });

  test('a change that the clone\'s own settings hide', async () => {
    repo.write('.git/nothing-changed', '#!/bin/sh\nprintf "token\\0"\n');
    chmodSync(join(repo.root, '.git/nothing-changed'), 0o755);
    repo.git('config', 'core.fsmonitor', join(repo.root, '.git/nothing-changed'));
    repo.git('update-index', '--fsmonitor');
    repo.git('update-index', '--fsmonitor-valid', 'rules/doors.ts');
    repo.write('rules/doors.ts', 'other rules\n');
    expect(repo.git('status', '--porcelain')).toBe('');
    await expect(close(['doors'], repo.surroundings)).rejects.toThrow(/The tree is dirty[^]* M rules\/doors.ts/);
  });

  test('a submodule whose changes the clone is told to overlook', async () => {
    const other = copyOf(sample);
    try {
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.root, 'part');
      repo.commit('a part');
      repo.git('config', 'submodule.part.ignore', 'all');
      repo.write('part/rules/doors.ts', 'other rules\n');
      expect(repo.git('status', '--porcelain')).toBe('');
      await expect(close(['doors'], repo.surroundings)).rejects.toThrow(/The tree is dirty[^]* M part/);
    } finally {
      other.dispose();
    }
  });

  test.each(['rules/more.ts', 'tests/.more.json', 'proofs/more.ts'])('%s, of which the proofs are made and which the clone ignores', async (path) => {
    repo.write('.git/info/exclude', `/${path}\n`);
    repo.write(path, '');
    expect(repo.git('status', '--porcelain')).toBe('');
    await expect(close(['doors'], repo.surroundings)).rejects.toThrow(`?? ${path} (the proofs depend on it, and git does not have it)`);
  });

  test('a commit that is yet to come', async () => {
    await expect(close(['doors'], { ...repo.surroundings, now: () => new Date('2020-01-01T00:00:00.000Z') })).rejects.toThrow('which is yet to come');
  });

  test.each(['constructor', '__proto__', 'toString'])('%s, which is no domain, though every object has it', async (name) => {
    await expect(close([name], repo.surroundings)).rejects.toMatchObject({ message: `There is no domain ${name}.`, exitCode: 2 });
    await expect(plan(name, repo.surroundings)).rejects.toMatchObject({ message: `There is no domain ${name}.`, exitCode: 2 });
  });

  test('a tree that a command makes dirty, or that moves meanwhile: nothing is written', async () => {
    repo.change<SampleTests>('tests/doors.json', (tests) => [...tests, { name: 'writes', state: 'passed', proofs: [], touches: 'rules/doors.ts' }]);
    repo.commit();
    await expect(close(['doors'], repo.surroundings)).rejects.toThrow(/became dirty while the commands ran[^]* M rules\/doors.ts/);
    nothingWritten();
    repo.git('checkout', '-q', 'rules/doors.ts');
    repo.write('guard.ts', "import { execSync } from 'node:child_process';\nexecSync('git commit -q --allow-empty -m moved');\n");
    repo.commit();
    await expect(close(['lamps'], { ...repo.surroundings, env: { ...process.env, ...gitEnvironment() } })).rejects.toThrow(/HEAD moved/);
    nothingWritten();
  });

  test('a domain that it does not know, naming those it knows; and one that has no suite yet', async () => {
    await expect(close(['windows'], repo.surroundings)).rejects.toMatchObject({ message: 'There is no domain windows.', remedy: expect.stringContaining('doors, lamps, roofs') as string, exitCode: 2 });
    await expect(close(['roofs'], repo.surroundings)).rejects.toMatchObject({ message: expect.stringContaining('PENDING') as string, exitCode: 2 });
  });

  test('a log whose chain is broken: another line would only bury it', async () => {
    await close(['doors'], repo.surroundings);
    repo.write('docs/governance/tracker.md', repo.read('docs/governance/tracker.md').replace(' prev=', ' prev=0').replace(/ prev=0(\w{63})\w/, ' prev=0$1'));
    repo.commit();
    await expect(close(['doors'], repo.surroundings)).rejects.toThrow(/log is broken/);
  });
});
