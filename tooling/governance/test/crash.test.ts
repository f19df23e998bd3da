import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ProofTest } from '@hoc/guards/coverage/proof-report';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { close } from '../src/close/close.ts';
import { mend } from '../src/verify/mend.ts';
import { verifyRecords } from '../src/verify/verify-records.ts';
import { BIN, gitEnvironment, type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

// Each starts a dozen processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let repo: SampleRepository;
beforeEach(async () => {
  repo = await sampleRepository();
});
afterEach(() => repo.dispose());

const HALTING = pathToFileURL(join(import.meta.dirname, 'fixture/close-without-tracker.ts')).href;

/** A process with its children in a group of its own, so that nothing of it is left when it is killed. */
const start = (...args: string[]): ChildProcess => spawn(process.execPath, args, { cwd: repo.root, env: { ...process.env, ...gitEnvironment() }, detached: true });
const kill = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, 'exit');
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await gone;
};
/** Reads until a text has come. */
const until = async (child: ChildProcess, text: string): Promise<void> => {
  let read = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        read += chunk.toString();
        if (read.includes(text)) resolve();
      });
    }
    child.once('exit', () => reject(new Error(`it ended before it said ${text}: ${read}`)));
  });
};
const slow = (ms: number): void => {
  repo.change<Omit<ProofTest, 'file'>[]>('tests/doors.json', (tests) => [...tests, { name: 'takes its time', state: 'passed', proofs: [], slowMs: ms }]);
  repo.commit();
};
const logLines = (): number => repo.read('docs/governance/tracker.md').match(/ prev=/g)?.length ?? 0;

test('killed while its commands run, a close leaves nothing, and the next one goes through', async () => {
  slow(30_000);
  const child = start(BIN, 'close', 'doors');
  await until(child, '▸ t5 of doors');
  await kill(child);
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(verifyRecords(repo.surroundings, false).failures).toEqual([]);
  repo.change<{ slowMs?: number }[]>('tests/doors.json', (tests) => tests.filter(({ slowMs }) => slowMs === undefined));
  repo.commit();
  expect((await close(['doors'], repo.surroundings))[0]?.status).toBe('DONE');
});

test('what a close that is killed was running ends with it', async () => {
  repo.write('guard.ts', "import { writeFileSync } from 'node:fs';\nwriteFileSync('.cache/began', '');\nsetTimeout(() => writeFileSync('.cache/late', ''), 1500);\n");
  repo.commit();
  const child = start(BIN, 'close', 'doors');
  await until(child, '▸ guards');
  await vi.waitFor(() => expect(existsSync(join(repo.root, '.cache/began'))).toBe(true), { timeout: 30_000 });
  await kill(child);
  await sleep(2000);
  expect(existsSync(join(repo.root, '.cache/late'))).toBe(false);
});

test('killed between evidence and tracker, a close leaves the tracker as it was; the evidence without a line is named, and mend removes it', async () => {
  const before = repo.read('docs/governance/tracker.md');
  const child = start('--input-type=module', '--eval', `import { closeWithoutTracker } from ${JSON.stringify(HALTING)}; await closeWithoutTracker();`);
  await until(child, 'EVIDENCE IS WRITTEN');
  await kill(child);
  expect(repo.read('docs/governance/tracker.md')).toBe(before);
  const [first] = verifyRecords(repo.surroundings, false).failures;
  expect(first?.what).toMatch(/^evidence\/doors\/\w+\.json has no line in the log: a close was ended before its last step/);
  expect(first?.remedy).toContain('mend');
  await expect(close(['doors'], repo.surroundings)).rejects.toMatchObject({ remedy: expect.stringContaining('`governance mend`') as string });
  await mend(repo.surroundings);
  expect(verifyRecords(repo.surroundings, false).failures).toEqual([]);
  expect((await close(['doors'], repo.surroundings))[0]?.status).toBe('DONE');
  repo.commit();
  expect(verifyRecords(repo.surroundings, false).failures).toEqual([]);
});

test('of two closes at once, one writes and the other is told to wait', async () => {
  slow(1500);
  const said: string[] = [];
  const codes = await Promise.all(
    [start(BIN, 'close', 'doors'), start(BIN, 'close', 'lamps')].map(async (child) => {
      child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
      const [code] = (await once(child, 'exit')) as [number]; // what a process that was not killed ends with
      return code;
    }),
  );
  expect(codes.toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(said.join('')).toContain('Another close or verify of this repository is running.');
  expect(logLines()).toBe(1);
  repo.commit();
  // Those were processes, whose clock is the machine's.
  expect(verifyRecords({ ...repo.surroundings, now: () => new Date() }, false).failures).toEqual([]);
});
