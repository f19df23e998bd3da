import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BIN, type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

// Each starts a dozen processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let repo: SampleRepository;
beforeAll(async () => {
  repo = await sampleRepository();
});
afterAll(() => repo.dispose());

test('--help says every command, the exit codes and how to sign', () => {
  const { code, out } = repo.run('--help');
  expect(code).toBe(0);
  for (const text of ['close', 'verify', 'plan', 'status', 'mend', 'Exit codes:', 'GOVERNANCE_KEY_FILE']) expect(out).toContain(text);
  expect(repo.run('close', '--help').out).toContain('<domain...>');
});

test('usage is 2, with what is wrong', () => {
  expect(repo.run('shut', 'doors')).toMatchObject({ code: 2, out: expect.stringContaining("unknown command 'shut'") as string });
  expect(repo.run('close')).toMatchObject({ code: 2, out: expect.stringContaining("missing required argument 'domain'") as string });
  expect(repo.run('close', 'windows')).toMatchObject({ code: 2, out: expect.stringContaining('There is no domain windows.\n  → Known are doors, lamps, roofs') as string });
  expect(repo.run('--config', 'nothing.ts', 'status')).toMatchObject({ code: 2, out: expect.stringContaining('There is no ') as string });
});

test('without a configuration, and outside of a repository, it says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hoc-nowhere-'));
  const here = (...args: string[]): object => {
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd: folder, encoding: 'utf8' });
    return { code: status, out: stderr };
  };
  try {
    expect(here('status')).toMatchObject({ code: 2, out: expect.stringContaining('There is no governance.config.ts in') as string });
    copyFileSync(join(repo.root, 'governance.config.ts'), join(folder, 'governance.config.ts'));
    expect(here('close', 'doors')).toMatchObject({ code: 2, out: expect.stringContaining('is not in a git repository (fatal: ') as string });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('close, status, verify and mend end with what they found', () => {
  const { code, out } = repo.run('close', 'doors');
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/doors: DONE, docs\/governance\/evidence\/doors\/\w+\.json\n/) as string });
  repo.commit();
  expect(repo.run('status')).toMatchObject({ code: 0, out: expect.stringMatching(/doors +DONE +13 passed, 0 failed, 0 skipped/) as string });
  expect(repo.run('verify')).toMatchObject({ code: 0, out: expect.stringContaining('the tracker is what the evidence says') as string });
});

test('verify and close say what is wrong, and mend what it did', () => {
  repo.write('docs/governance/tracker.md', repo.read('docs/governance/tracker.md').replace('PENDING', 'DONE'));
  expect(repo.run('verify', '--cheap')).toMatchObject({ code: 1, out: expect.stringMatching(/✗ tracker.md is not what the evidence makes of it[^]*→ Run `mend`/) as string });
  expect(repo.run('close', 'lamps')).toMatchObject({ code: 1, out: expect.stringContaining('✗ The tree is dirty') as string });
  expect(repo.run('mend')).toMatchObject({ code: 0, out: 'wrote the rows of docs/governance/tracker.md anew\n' });
  repo.write('rules/guards.json', { passed: 4, failed: 1, skipped: 0 });
  repo.commit();
  expect(repo.run('close', 'lamps')).toMatchObject({ code: 1, out: expect.stringMatching(/lamps: BLOCKED, [^]*- guards ended with exit code 1/) as string });
});
