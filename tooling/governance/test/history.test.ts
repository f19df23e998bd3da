import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { close } from '../src/close/close.ts';
import type { Findings } from '../src/verify/finding.ts';
import { verifyRecords } from '../src/verify/verify-records.ts';
import { copyOf, type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

// Each starts a dozen processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const TRACKER = 'docs/governance/tracker.md';
let sample: SampleRepository;
let repo: SampleRepository;
beforeAll(async () => {
  sample = await sampleRepository();
  sample.git('branch', 'before');
  await close(['doors'], sample.surroundings);
  sample.commit('close doors');
});
afterAll(() => sample.dispose());
beforeEach(() => {
  repo = copyOf(sample);
});
afterEach(() => repo.dispose());

const records = (): Findings => verifyRecords(repo.surroundings, false);

test('a branch that writes rows anew while the main line closes is merged, and nothing was cut', () => {
  repo.git('checkout', '-q', 'before');
  repo.write(TRACKER, repo.read(TRACKER).replace('| roofs |', '| attics |'));
  repo.commit('another domain');
  repo.write(TRACKER, repo.read(TRACKER).replace('| attics |', '| roofs |'));
  repo.commit('and back');
  repo.git('checkout', '-q', 'main');
  repo.git('merge', '-q', '--no-edit', 'before');
  expect(records()).toEqual({ failures: [], notices: [] });
});

test('a merge that takes the side from before the close, and drops the evidence with its line, has cut the log', () => {
  repo.git('checkout', '-q', 'before');
  repo.write('rules/doors.ts', 'other rules\n');
  repo.commit('work');
  repo.git('merge', '-q', '--no-edit', '-s', 'ours', 'main');
  expect(repo.read(TRACKER)).not.toContain(' prev=');
  expect(records().failures.map(({ what }) => what).join('\n')).toMatch(/^The log was cut or rewritten: line 1 of it in commit \w+ is not line 1 in commit \w+\.$/);
});
