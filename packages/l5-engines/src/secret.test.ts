import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const TEXT = 'hoc_live_abcde';
const secret = new Secret(TEXT);
// Casts below: lint refuses a secret in a template, which is what these tests do on purpose.

test('only reveal gives the text', () => {
  expect(secret.reveal()).toBe(TEXT);
});

test.each([
  ['a template', () => `token ${secret as unknown as string}`],
  ['String', () => String(secret)],
  ['its own word for it', () => secret.toString()],
  ['concatenation', () => '' + secret],
  ['JSON', () => JSON.stringify({ secret })],
  ['inspect', () => inspect(secret)],
  ['inspect of what holds it', () => inspect({ deep: [secret] }, { depth: null, showHidden: true })],
  ['inspect of a map', () => inspect(new Map([['token', secret]]))],
  ['an error about it', () => inspect(new Error(`cannot use ${secret as unknown as string}`, { cause: secret }))],
])('%s prints [redacted]', (_way, print) => {
  expect(print()).toContain('[redacted]');
  expect(print()).not.toContain('abcde');
});

test.each([
  ['inspect without its own say', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['its keys', () => JSON.stringify(Object.getOwnPropertyNames(secret))],
  ['a copy of its properties', () => JSON.stringify(Object.assign({}, secret))],
  ['a structured clone', () => inspect(structuredClone({ secret }))],
])('%s shows nothing of it', (_way, print) => {
  expect(print()).not.toContain('abcde');
});
