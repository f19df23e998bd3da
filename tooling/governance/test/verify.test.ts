import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProofTest } from '@hoc/guards/coverage/proof-report';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { close } from '../src/close/close.ts';
import type { Statement } from '../src/evidence/statement.ts';
import { openGit } from '../src/git.ts';
import { mend } from '../src/verify/mend.ts';
import type { Findings } from '../src/verify/finding.ts';
import { verifyCheaply } from '../src/verify/verify-cheaply.ts';
import { verifyRecords } from '../src/verify/verify-records.ts';
import { verifyWholly } from '../src/verify/verify-wholly.ts';
import { copyOf, type SampleRepository, sampleRepository, sha256 } from './fixture/sample-repository.ts';

const TRACKER = 'docs/governance/tracker.md';
type SampleTests = Omit<ProofTest, 'file'>[];

// Each starts a dozen processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let closed: SampleRepository;
let repo: SampleRepository;
/** Paths of the evidence, from the root, oldest first: doors, lamps, doors again. */
let evidence: readonly string[];
beforeAll(async () => {
  closed = await sampleRepository();
  const first = await close(['doors', 'lamps'], closed.surroundings);
  closed.commit('close doors and lamps');
  evidence = [...first, ...(await close(['doors'], closed.surroundings))].map(({ evidence: path }) => path);
  closed.commit('close doors again');
});
afterAll(() => closed.dispose());
beforeEach(() => {
  repo = copyOf(closed);
});
afterEach(() => repo.dispose());

const records = (): Findings => verifyRecords(repo.surroundings, false);
const failures = ({ failures: found }: Findings): string => found.map(({ what }) => what).join('\n');
const changeLog = (change: (lines: string[]) => readonly string[]): void => {
  const [before = '', log = '', after = ''] = repo.read(TRACKER).split(/(?<=```log\n)|(?=```\n$)/);
  repo.write(TRACKER, `${before}${change(log.trimEnd().split('\n')).join('\n')}\n${after}`);
};

test('untouched records hold, cheaply and wholly', async () => {
  expect(records()).toEqual({ failures: [], notices: [] });
  expect(await verifyCheaply(repo.surroundings)).toEqual({ failures: [], notices: [] });
  expect(await verifyWholly(repo.surroundings)).toEqual({ failures: [], notices: [] });
});

describe('tampering is refused', () => {
  test('a row that was written by hand', () => {
    repo.write(TRACKER, repo.read(TRACKER).replace('| roofs | BI-ROOF-001 | – | PENDING |', '| roofs | BI-ROOF-001 | – | DONE |'));
    const { failures: [first] } = records();
    expect(first?.what).toMatch(/tracker.md is not what the evidence makes of it. Line \d+ is\n {4}\| roofs \| BI-ROOF-001 \| – \| DONE /);
    expect(first?.remedy).toContain('mend');
  });

  test('a count that was edited in the row', () => {
    repo.write(TRACKER, repo.read(TRACKER).replace('13 passed', '14 passed'));
    expect(failures(records())).toContain('tracker.md is not what the evidence makes of it');
  });

  test('a count that was edited in the evidence', () => {
    repo.write(evidence[2] ?? '', repo.read(evidence[2] ?? '').replace('"passed": 13', '"passed": 14'));
    expect(failures(records())).toContain('was edited: its digest is ');
  });

  test('a count that was edited in the evidence, with log and row rewritten to fit it: the history tells', async () => {
    const path = evidence[2] ?? '';
    const before = sha256(repo.read(path));
    repo.write(path, repo.read(path).replace('"passed": 13', '"passed": 14'));
    changeLog((lines) => lines.map((line) => line.replace(before, sha256(repo.read(path)))));
    await mend(repo.surroundings);
    repo.commit();
    expect(failures(records())).toMatch(/^The log was cut or rewritten: line 3 of it in commit \w+ is not line 3 in commit \w+\.$/m);
  });

  test('a status that was edited in the evidence: its own facts decide another one', () => {
    repo.change<Statement>(evidence[1] ?? '', (statement) => {
      const closing = statement.predicate.hocGovernance;
      const commands = closing.facts.commands.map((command) => ({ ...command, exitCode: 1 }));
      return { ...statement, predicate: { ...statement.predicate, hocGovernance: { ...closing, facts: { ...closing.facts, commands } } } };
    });
    expect(failures(records())).toContain(`says DONE, and its own facts make it BLOCKED`);
  });

  test('evidence that was deleted', () => {
    repo.remove(evidence[1] ?? '');
    expect(failures(records())).toMatch(/line 2 of the log is about evidence\/lamps\/\w+.json, which is not there: the evidence was deleted/);
    expect(failures(records())).toContain('tracker.md is not what the evidence makes of it');
  });

  test('evidence that was deleted with its line: the chain and the history tell', () => {
    repo.remove(evidence[1] ?? '');
    changeLog((lines) => lines.toSpliced(1, 1));
    expect(failures(records())).toContain('line 2 of the log does not follow the line before it');
    expect(failures(records())).toContain('The log was cut or rewritten: line 2 of it in commit ');
  });

  test('a log whose end was cut off', () => {
    changeLog((lines) => lines.slice(0, -1));
    expect(failures(records())).toMatch(/evidence\/doors\/\w+.json has no line in the log/);
    expect(failures(records())).toMatch(/The log was cut or rewritten: line 3 of it in commit \w+ is not line 3 in the tree/);
  });

  test('a log that was put in another order', () => {
    changeLog((lines) => lines.toReversed());
    expect(failures(records())).toContain('line 1 of the log does not follow the line before it');
    expect(failures(records())).toContain('is older than the line before it');
  });

  test('a log without its fence, and a tracker that is gone', () => {
    repo.write(TRACKER, repo.read(TRACKER).replace('```log', '```'));
    expect(failures(records())).toBe('tracker.md has no log that can be read.');
    repo.remove(TRACKER);
    expect(failures(records())).toBe('There is no tracker.md.');
  });

  test('a tree hash that was moved, a commit that nobody made', () => {
    const [commit, tree] = [repo.git('rev-parse', 'HEAD~2'), repo.git('rev-parse', 'HEAD~2^{tree}')];
    const original = repo.read(evidence[0] ?? '');
    repo.write(evidence[0] ?? '', original.replaceAll(tree, '0'.repeat(40)));
    expect(failures(records())).toContain(`gives commit ${commit} the tree ${'0'.repeat(40)}; it has ${tree}.`);
    repo.write(evidence[0] ?? '', original.replaceAll(tree, '0'.repeat(40)).replaceAll(commit, '1'.repeat(40)));
    expect(failures(records())).toContain(`names commit ${'1'.repeat(40)}, which is not in the history of HEAD, and no commit there has its tree`);
  });

  test('a domain that was taken out of the configuration, and its evidence with it out of sight', () => {
    const { lamps: _, ...domains } = repo.surroundings.config.domains;
    const found = verifyRecords({ ...repo.surroundings, config: { ...repo.surroundings.config, domains } }, false);
    expect(failures(found)).toContain('is of a domain that the configuration does not have');
  });

  test('a file in the evidence folder that is no evidence', () => {
    repo.write('docs/governance/evidence/doors/notes.json', {});
    repo.write('docs/governance/evidence/lamps/20300101T000000Z.json', { status: 'DONE' });
    expect(failures(records())).toContain('evidence/doors/notes.json is not named as evidence is');
    expect(failures(records())).toContain('evidence/lamps/20300101T000000Z.json is no statement');
  });
});

describe('the history', () => {
  test('a history that was rewritten with the same trees is told, and holds', () => {
    const commit = repo.git('rev-parse', 'HEAD~2');
    repo.git('checkout', '-q', '--orphan', 'squashed', commit);
    repo.commit('everything until then');
    repo.git('checkout', '-q', 'main', '--', 'docs');
    repo.commit('the evidence');
    const found = records();
    expect(failures(found)).toContain('HEAD, and no commit there has its tree');
    expect(found.notices[0]).toContain(`names commit ${commit}, which is not in this history; `);
  });

  test('a shallow clone without the commit is told apart from a forged one', () => {
    const clone = join(repo.root, '..', `${repo.root.split('/').at(-1)}-shallow`);
    try {
      repo.git('clone', '-q', '--depth', '1', `file://${repo.root}`, clone);
      const surroundings = { ...repo.surroundings, root: clone, git: openGit(clone) };
      const whole = verifyRecords(surroundings, false);
      expect(failures(whole)).toContain('which this shallow clone does not have');
      expect(whole.failures[0]?.remedy).toContain('git fetch --unshallow');
      const cheap = verifyRecords(surroundings, true);
      expect(cheap.failures).toEqual([]);
      expect(cheap.notices[0]).toContain('Not checked; to check it: git fetch --unshallow');
      spawnSync('git', ['fetch', '-q', '--unshallow'], { cwd: clone });
      expect(verifyRecords(surroundings, false)).toEqual({ failures: [], notices: [] });
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });
});

describe('the cheap form, against the proofs of this very run', () => {
  const suites = (): void => {
    spawnSync(process.execPath, ['suite.ts', 'all'], { cwd: repo.root });
  };
  const cheap = async (): Promise<Findings> => verifyCheaply(repo.surroundings);

  test('a t5 test that was deleted', async () => {
    repo.change<SampleTests>('tests/doors.json', (tests) => tests.slice(1));
    suites();
    expect(failures(await cheap())).toMatch(/^doors: the test "tests\/doors.json > BI-DOOR-001 > deny is observed" is gone; the newest evidence \(\S+Z\) counts on it\.\nlamps: /);
  });

  test('a t5 test that fails', async () => {
    repo.change<SampleTests>('tests/lamps.json', (tests) => tests.map((entry, at) => (at === 0 ? { ...entry, state: 'failed' } : entry)));
    suites();
    expect(failures(await cheap())).toContain('"tests/lamps.json > BI-LAMP-001 > deny is observed" failed now');
  });

  test('a proof that a test no longer makes', async () => {
    repo.change<SampleTests>('tests/lamps.json', (tests) => tests.map((entry, at) => (at === 5 ? { ...entry, proofs: [] } : entry)));
    suites();
    expect(failures(await cheap())).toContain('"tests/lamps.json > BI-LAMP-001 > race is observed" no longer proves race of BI-LAMP-001');
  });

  test('tests that evidence does not know yet are a notice', async () => {
    repo.change<SampleTests>('tests/lamps.json', (tests) => [...tests, { name: 'new', state: 'passed', proofs: [] }]);
    suites();
    const found = await cheap();
    expect(found.failures).toEqual([]);
    expect(found.notices.join('\n')).toMatch(/^lamps: 1 tests are newer than its evidence/m);
  });

  test('a proof report of other sources counts for nothing', async () => {
    repo.write('rules/doors.ts', 'other rules\n');
    const { failures: [first] } = await cheap();
    expect(first?.what).toContain('is of other sources than these');
    expect(first?.remedy).toContain('node suite.ts all');
  });
});

describe('the whole form, which runs everything again', () => {
  test('other counts, other names, another exit code, another status', async () => {
    repo.change<SampleTests>('tests/doors.json', (tests) => [{ name: 'BI-DOOR-001 > deny was renamed', state: 'failed', proofs: [] }, ...tests.slice(1)]);
    repo.write('rules/guards.json', { passed: 6, failed: 0, skipped: 0 });
    repo.commit();
    const found = failures(await verifyWholly(repo.surroundings));
    expect(found).toContain('commands t5 of doors exitCode is 1, not 0');
    expect(found).toContain('commands t5 counts passed is 19, not 20');
    expect(found).toContain('"tests/doors.json > BI-DOOR-001 > deny is observed" was among the passed, and is not now');
    expect(found).toContain('"tests/doors.json > BI-DOOR-001 > deny was renamed" is among the failed now, and was not');
    expect(found).toContain('commands guards counts passed is 6, not 5');
    expect(found).toContain('status is "BLOCKED", not "DONE"');
    expect(found).toMatch(/^lamps, run again, is not what its evidence/m);
  });

  test('commands that the configuration has changed', async () => {
    const { config } = repo.surroundings;
    const commands = config.commands.map((command) => (command.name === 'guards' ? { ...command, argv: ['node', 'guard.ts', '--lax'] as const } : command));
    const found = await verifyWholly({ ...repo.surroundings, config: { ...config, commands } });
    expect(failures(found)).toContain('its commands are not the ones that the configuration has now');
  });
});

describe('mend', () => {
  test('removes evidence that no line knows and git does not track, writes the rows anew, and leaves the rest', async () => {
    repo.write('docs/governance/evidence/doors/20300101T000000Z.json', repo.read(evidence[0] ?? ''));
    repo.write('docs/governance/evidence/doors/20300101T000000Z.dsse.json', {});
    repo.write('docs/governance/tracker.md.4711.draft', 'half');
    repo.write(TRACKER, repo.read(TRACKER).replaceAll('PENDING', 'DONE'));
    expect((await mend(repo.surroundings)).map((line) => line.replace(/, which.*/, ''))).toEqual([
      'removed docs/governance/evidence/doors/20300101T000000Z.dsse.json',
      'removed docs/governance/evidence/doors/20300101T000000Z.json',
      'removed docs/governance/tracker.md.4711.draft',
      'wrote the rows of docs/governance/tracker.md anew',
    ]);
    expect(repo.git('status', '--porcelain')).toBe('');
    expect(await mend(repo.surroundings)).toEqual([]);
  });

  test('never removes evidence that git tracks, so a log that was cut stays cut for all to see', async () => {
    changeLog((lines) => lines.slice(0, -1));
    await mend(repo.surroundings);
    expect(failures(records())).toContain('has no line in the log');
  });
});
