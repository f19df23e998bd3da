import { expect, test } from 'vitest';
import { expand } from './template.ts';

const values = { region: 'eu-west-1', base: 'https://api.example.com/v1', odd: 'a/b?c#d@e', version: 3, empty: '', list: ['x'], lone: '\ud800' };

test('a field stands percent-encoded, or as it is where the template says so', () => {
  expect(expand('https://bedrock.{region}.example.com/v{version}', values)).toBe('https://bedrock.eu-west-1.example.com/v3');
  expect(expand('{+base}/models', values)).toBe('https://api.example.com/v1/models');
  expect(expand('https://x.example/{odd}', values)).toBe('https://x.example/a%2Fb%3Fc%23d%40e');
  expect(expand('https://x.example/', values)).toBe('https://x.example/');
});

test('what is filled in is no template itself, and no pattern of replacements', () => {
  expect(expand('{+a}', { a: '{+base} $& $1' })).toBe('{+base} $& $1');
});

test.each(['{missing}', '{empty}', '{list}', '{lone}', '{+lone}', '{toString}', '{__proto__}'])('%s has nothing to stand there: no text at all', (template) => {
  expect(expand(`https://x.example/${template}`, values)).toBeNull();
});
