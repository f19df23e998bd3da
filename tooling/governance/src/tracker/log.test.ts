import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { BEFORE_ALL, digestOfLine, logLine, parseLogLine } from './log.ts';

const entry = { stamp: '20261123T063012Z', domain: 'api_keys', status: 'DONE', sha256: 'a'.repeat(64) } as const;

test('the first line is chained to the digest of nothing, each other one to the line before it', () => {
  const first = logLine(entry, undefined);
  expect(first).toBe(`2026-11-23T06:30:12Z api_keys DONE evidence/api_keys/20261123T063012Z.json sha256=${'a'.repeat(64)} prev=${BEFORE_ALL}`);
  expect(BEFORE_ALL).toBe(createHash('sha256').digest('hex'));
  expect(logLine(entry, first).endsWith(` prev=${digestOfLine(first)}`)).toBe(true);
});

test('what was written is what is read', () => {
  expect(parseLogLine(logLine(entry, undefined))).toEqual({ ...entry, prev: BEFORE_ALL });
});

test.each([
  ['a time that is not its evidence\'s', (line: string) => line.replace('06:30:12', '06:30:13')],
  ['another domain\'s evidence', (line: string) => line.replace('evidence/api_keys', 'evidence/tenant')],
  ['a status that does not exist', (line: string) => line.replace('DONE', 'FINE')],
  ['a status that no evidence has', (line: string) => line.replace('DONE', 'PENDING')],
  ['a digest that is cut', (line: string) => line.slice(0, -1)],
  ['something behind it', (line: string) => `${line} `],
])('%s is no line of the log', (_, spoil) => {
  expect(parseLogLine(spoil(logLine(entry, undefined)))).toBeNull();
});
