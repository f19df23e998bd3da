import { describe, expect, test } from 'vitest';
import { fillHeader, fillJson, fillUrl, placeholdersOf } from './template.ts';

const values = { region: 'eu-west-1', base: 'https://api.example.com/v1', slashed: 'https://api.example.com/v1/', odd: 'a/b?c#d@e', version: 3, empty: '', list: ['x'], lone: '\ud800', quoted: 'a"b\\c\n{region}' };

describe('a URL', () => {
  test('begins with a whole one, or has values in it', () => {
    expect(fillUrl('{base}/models', values)).toBe('https://api.example.com/v1/models');
    expect(fillUrl('{slashed}/models', values)).toBe('https://api.example.com/v1/models');
    expect(fillUrl('{slashed}', values)).toBe('https://api.example.com/v1/');
    expect(fillUrl('{slashed}?region={region}/', values)).toBe('https://api.example.com/v1/?region=eu-west-1/');
    expect(fillUrl('https://bedrock.{region}.example.com/v{version}', values)).toBe('https://bedrock.eu-west-1.example.com/v3');
    expect(fillUrl('https://x.example/', values)).toBe('https://x.example/');
  });

  test('is not led elsewhere by a value in it', () => {
    expect(fillUrl('https://x.example/{odd}?v={odd}', values)).toBe('https://x.example/a%2Fb%3Fc%23d%40e?v=a%2Fb%3Fc%23d%40e');
    for (const dots of ['.', '..']) {
      expect(fillUrl('https://x.example/v1/{dots}/models', { dots })).toBeNull();
      expect(fillUrl('https://x.example/v1/{dots}?to=x', { dots })).toBeNull();
      expect(fillUrl('{base}/{dots}{dots}', { ...values, dots })).toBeNull();
      expect(fillUrl('https://x.example/v1?to={dots}', { dots })).toBe(`https://x.example/v1?to=${dots}`);
    }
    expect(fillUrl('https://x.example/{dots}', { dots: '...' })).toBe('https://x.example/...');
  });

  test('with a query of its own has nothing behind it that this would swallow', () => {
    expect(fillUrl('{base}', { base: 'https://x.example/?x=' })).toBe('https://x.example/?x=');
    expect(fillUrl('{base}/models', { base: 'https://x.example/?x=' })).toBeNull();
  });
});

test('a header has values as they are', () => expect(fillHeader('Bearer {odd}', values)).toBe('Bearer a/b?c#d@e'));

test('a JSON text stays one, braces, quotes and all', () => {
  expect(fillJson('{}', values)).toBe('{}');
  expect(JSON.parse(fillJson('{"a":{"b":"{quoted}","c":"v{version}"}}', values) ?? '')).toEqual({ a: { b: values.quoted, c: 'v3' } });
  expect(fillJson('{"a":"{missing}"}', values)).toBeNull();
});

test('what a template names is all that stands in braces, and in JSON what looks like a name', () => {
  const template = '{"a":{"b":"{region}"},"c":"{}","d":"{ }","e":"{a_1}"}';
  expect(placeholdersOf('https://{region}.example/{a b}/{}')).toEqual(['region', 'a b', '']);
  expect(placeholdersOf(template)).toEqual(['region', '', ' ', 'a_1']);
  expect(placeholdersOf('{"b":1}')).toEqual(['"b":1']);
  expect(placeholdersOf(template, 'json')).toEqual(['region', 'a_1']);
  expect(placeholdersOf('{"b":1}', 'json')).toEqual([]);
});

test('what is filled in is no template itself, and no pattern of replacements', () => expect(fillHeader('{a}', { a: '{base} $& $1' })).toBe('{base} $& $1'));

test.each(['{missing}', '{empty}', '{list}', '{lone}', '{toString}', '{__proto__}', '{}', '{a b}'])('%s has nothing to stand there: no text at all', (template) => {
  expect(fillUrl(`https://x.example/${template}`, values)).toBeNull();
  expect(fillUrl(template, values)).toBeNull();
  expect(fillHeader(`a ${template}`, values)).toBeNull();
});
