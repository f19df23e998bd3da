import { expect, test } from 'vitest';
import { toGitHub } from '../src/report/github.ts';
import { toJson } from '../src/report/json.ts';
import { toTerminal } from '../src/report/terminal.ts';
import { SAMPLE } from './sample-report.ts';

test('the terminal shows each finding with its place, its rule, why and what to do instead, by file, and the counts last', () => {
  const text = toTerminal(SAMPLE, { hasColour: false });
  expect(text).toContain('src/z.ts\n  ✗ src/z.ts:1:1  order/neat-file\n    is untidy\n    why      Nobody finds anything.\n    instead  Tidy it: 100% of it.\n  ✗ src/z.ts:9:1');
  expect(text).toContain('✗ cannot be trusted: order/other had nothing to look at\n    remedy   Correct the configuration.');
  expect(text.split('\n').at(-1)).toBe('✗ cannot be trusted: 12 files, 1 rules of order, 3 planted violations and as many near misses, 3 findings, 1 exempted, 1 faults of the run, 1500 ms');
});

test('no path and no message begins a line of its own or moves the cursor on the terminal', () => {
  const evil = 'a\n::error file=x::pwned\r\u001b[2J\u2028\u202e';
  const text = toTerminal({ ...SAMPLE, findings: [{ rule: 'order/neat-file', path: evil, line: 1, column: 1, message: evil }], faults: [{ message: evil, remedy: evil }] }, { hasColour: false });
  expect(text).not.toMatch(/^::/m);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  expect(text).toContain(String.raw`a\u{a}::error file=x::pwned\u{d}\u{1b}[2J\u{2028}\u{202e}:1:1  order/neat-file`);
});

test('a clean run is one line', () => {
  expect(toTerminal({ ...SAMPLE, findings: [], exempted: [], faults: [], exitCode: 0 }, { hasColour: false })).toMatch(/^✓ clean: .*$/);
});

test('colour is there only where it is asked for', () => {
  const escape = '\u001b[';
  expect(toTerminal(SAMPLE, { hasColour: false })).not.toContain(escape);
  expect(toTerminal(SAMPLE, { hasColour: true })).toContain(escape);
});

test('GitHub gets one command a line, and no text can end a command or begin a property', () => {
  expect(toGitHub(SAMPLE).split('\n')).toEqual([
    '::error file=src/a b%2Cc%3Ad.ts,line=3,col=7,title=order/neat-file::50%25 is%0Auntidy%0ATidy it: 100%25 of it.',
    '::error file=src/z.ts,line=1,col=1,title=order/neat-file::is untidy%0ATidy it: 100%25 of it.',
    '::error file=src/z.ts,line=9,col=1,title=order/neat-file::is untidy%0ATidy it: 100%25 of it.',
    '::error title=hoc-guard cannot be trusted::order/other had nothing to look at%0ACorrect the configuration.',
    '',
  ]);
});

test('the JSON is the report itself', () => {
  expect(JSON.parse(toJson(SAMPLE))).toEqual(SAMPLE);
});
