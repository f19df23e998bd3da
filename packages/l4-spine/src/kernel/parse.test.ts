import { expect, test } from 'vitest';
import { z } from 'zod';
import { invalidInput, parseInput } from './parse.ts';

const schema = z.strictObject({ title: z.string().trim().min(1), 'a/b': z.strictObject({ '~c': z.array(z.int()) }).optional() });
const errorsOf = (input: unknown) => {
  const parsed = parseInput(schema, input);
  if (parsed.ok) throw new Error('the input was taken');
  return parsed.errors;
};

test('what comes out is what the schema made of it, and nothing else', () => {
  expect(parseInput(schema, { title: ' On Growth ' })).toEqual({ ok: true, input: { title: 'On Growth' } });
});

test('each unknown key is refused at its own place, at any depth', () => {
  expect(errorsOf({ title: 'x', tenantStatus: 'ACTIVE', b: 1, 'a/b': { '~c': [], d: 1 } })).toEqual([
    { path: '/a~1b/d', message: 'unknown key' }, { path: '/tenantStatus', message: 'unknown key' }, { path: '/b', message: 'unknown key' },
  ]);
});

test('a place is a JSON Pointer of RFC 6901: ~ and / in keys are escaped, list indices are numbers', () => {
  expect(errorsOf({ title: 'x', 'a/b': { '~c': [1, 'two'] } }).map(({ path }) => path)).toEqual(['/a~1b/~0c/1']);
  expect(errorsOf({ title: 'x', '~/~1': 0 }).map(({ path }) => path)).toEqual(['/~0~1~01']);
});

test.each([null, undefined, 1, 'text', []])('an input that is no object is wrong as a whole: %s', (input) => {
  expect(errorsOf(input).map(({ path }) => path)).toEqual(['']);
});

test('a field that is not there is missing: the message once spoke of undefined, which JSON has not', () => {
  const fields = z.strictObject({ text: z.string(), one: z.enum(['a']), whole: z.int().min(1), either: z.union([z.string(), z.int()]), list: z.array(z.string()) });
  const parsed = parseInput(fields, {});
  expect(parsed).toEqual({ ok: false, errors: ['text', 'one', 'whole', 'either', 'list'].map((field) => ({ path: `/${field}`, message: 'is missing' })) });
  expect(JSON.stringify(parseInput(z.strictObject({ text: z.string() }), { text: null }))).not.toContain('missing');
});

test('what cannot even be compared is refused as a whole, and no fault', () => {
  expect(parseInput(schema, JSON.parse('{"title":{"length":{"valueOf":1,"toString":1}}}'))).toEqual({ ok: false, errors: [{ path: '', message: 'holds something that cannot be read' }] });
});

test('a fault of a schema is no fault of the input', () => {
  const faulty = z.string().refine(() => {
    throw new RangeError('a bug');
  });
  expect(() => parseInput(faulty, 'x')).toThrow('a bug');
});

test('__proto__ is a key like any other: unknown, and never a prototype', () => {
  expect(errorsOf(JSON.parse('{"title":"x","__proto__":{"isAdmin":true}}'))).toEqual([{ path: '/__proto__', message: 'unknown key' }]);
});

test('the refusal says what is wrong where', () => {
  const errors = [{ path: '/title', message: 'unknown key' }];
  expect(invalidInput(errors, 'req_1')).toEqual({
    code: 'INVALID_INPUT', status: 400, detail: 'The input is not what this operation takes.', requestId: 'req_1', errors,
  });
});
