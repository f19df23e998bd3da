import { expect, test } from 'vitest';
import { help, parseCommandLine, PARTS } from './command-line.ts';
import { GROUPS } from './groups.ts';

test('without arguments all is measured', () => {
  expect(parseCommandLine([])).toEqual({ kind: 'RUN', parts: ['kernel', 'invariants', 'decisions', 'semantic'], isFull: false });
});

test('parts are measured in their own order, each once, however they are asked for', () => {
  expect(parseCommandLine(['--only', 'semantic', '--only', 'kernel', '--only=kernel', '--full'])).toEqual({ kind: 'RUN', parts: ['kernel', 'semantic'], isFull: true });
});

test.each([['--only', 'kernal'], ['--only'], ['--onyl', 'kernel'], ['kernel']])('what is not understood is said, and nothing is measured: %s %s', (...args) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'WRONG', problem: expect.any(String) as string });
});

test('help names every part', () => {
  expect(parseCommandLine(['--help', '--only', 'kernel'])).toEqual({ kind: 'HELP' });
  for (const part of PARTS) expect(help()).toContain(part);
});

test('every group can be asked for by its name', () => {
  expect(GROUPS.map(({ name }) => name)).toEqual(PARTS.filter((part) => part !== 'semantic'));
});
