import { expect, test } from 'vitest';
import { z } from 'zod';
import { placesOfLenientObjects } from './strictness.ts';

const strict = z.strictObject({ a: z.string() });
const dropping = z.object({ a: z.string() });
const loose = z.looseObject({ a: z.string() });

test.each([
  ['a strict object', strict],
  ['strict objects in one another', z.strictObject({ b: strict.optional(), c: z.array(strict).max(3), d: z.union([strict, z.string()]).nullable() })],
  ['a record: its keys are the caller\'s own', z.strictObject({ b: z.record(z.string(), z.string()) })],
  ['a checked and transformed strict object', strict.refine(() => true).transform(({ a }) => a)],
  ['a schema that refers to itself', z.strictObject({ get inner() { return z.array(z.union([z.string(), strict])); } })],
  ['no object at all', z.string()],
])('%s refuses unknown keys everywhere', (_name, schema) => {
  expect(placesOfLenientObjects(schema)).toEqual([]);
});

test.each([
  ['an object that drops keys', dropping, ['']],
  ['an object that lets keys through', loose, ['']],
  ['an object with a catchall', z.strictObject({}).catchall(z.string()), ['']],
  ['one in a field', z.strictObject({ b: dropping }), ['/b']],
  ['one in a list', z.strictObject({ b: z.array(loose) }), ['/b/*']],
  ['one in a tuple', z.strictObject({ b: z.tuple([strict, loose]) }), ['/b/1']],
  ['one in a record', z.record(z.string(), dropping), ['/*']],
  ['one of several forms', z.union([strict, dropping]), ['']],
  ['half of an intersection', z.intersection(strict, z.strictObject({ b: loose })), ['/b']],
  ['one that may be missing', z.strictObject({ b: z.object({}).optional(), c: z.object({}).nullable(), d: z.object({}).default({}), e: z.object({}).readonly() }), ['/b', '/c', '/d', '/e']],
  ['one that is checked or transformed', z.strictObject({ b: dropping.refine(() => true), c: loose.transform(({ a }) => a) }), ['/b', '/c']],
  ['one behind a lazy schema', z.strictObject({ b: z.lazy(() => dropping) }), ['/b']],
  ['one behind a transform', z.strictObject({ b: z.preprocess((value) => value, dropping) }), ['/b']],
])('%s is found', (_name, schema, places) => {
  expect(placesOfLenientObjects(schema)).toEqual(places);
});

test('a schema that refers to itself ends, and its lenient part is found', () => {
  const node: z.ZodType = z.strictObject({ children: z.array(z.lazy(() => node)), note: dropping });
  expect(placesOfLenientObjects(node)).toEqual(['/note']);
});
