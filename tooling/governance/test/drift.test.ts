import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { close } from '../src/close/close.ts';
import { verifyCheaply } from '../src/verify/verify-cheaply.ts';
import { verifyWholly } from '../src/verify/verify-wholly.ts';
import { copyOf, type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

// Each starts a dozen processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let closed: SampleRepository;
let repo: SampleRepository;
beforeAll(async () => {
  closed = await sampleRepository();
  await close(['doors'], closed.surroundings);
  closed.commit('close doors');
});
afterAll(() => closed.dispose());
beforeEach(() => {
  repo = copyOf(closed);
});
afterEach(() => repo.dispose());

test('what makes the proofs has changed, and every name, count and tag is the same: cheap verify says so, whole verify and close refuse it', async () => {
  repo.write('proofs/proof.ts', 'only says that it has seen it\n');
  repo.commit('proofs that lie');
  spawnSync(process.execPath, ['suite.ts', 'all'], { cwd: repo.root });
  expect(await verifyCheaply(repo.surroundings)).toEqual({ failures: [], notices: ['doors: the t5 sources differ from the evidence (proofs/proof.ts): close again.'] });
  const { failures } = await verifyWholly(repo.surroundings);
  expect(failures.map(({ what }) => what).join('\n')).toContain('"proofs/proof.ts" is among mutation stale now, and was not');
  expect((await close(['doors'], repo.surroundings))[0]).toMatchObject({ status: 'PARTIAL', why: ['proofs/proof.ts has changed since the mutation tests were run'] });
});

test('a test that was there to notice has changed, a new file was never mutated: a notice while people work, and no close is DONE', async () => {
  repo.write('rules/doors.test.ts', 'nothing is expected of them\n');
  repo.write('rules/windows.ts', 'the rules of windows\n');
  repo.commit();
  spawnSync(process.execPath, ['suite.ts', 'all'], { cwd: repo.root });
  const { failures, notices } = await verifyCheaply(repo.surroundings);
  expect(failures).toEqual([]);
  expect(notices).toContain('doors: the mutated sources and their tests differ from the evidence (rules/doors.test.ts, rules/windows.ts): close again.');
  expect((await close(['doors'], repo.surroundings))[0]).toMatchObject({
    status: 'PARTIAL', why: ['rules/doors.test.ts has changed since the mutation tests were run', 'the mutants of kernel are not of rules/windows.ts, which is asked for'],
  });
});
