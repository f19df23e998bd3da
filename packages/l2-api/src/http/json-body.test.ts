import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { isDeeperThan, takeJsonOnly } from './json-body.ts';

/** What a server makes of a body: the value that its handler gets, or what the body is refused with. */
async function taken(payload: string): Promise<unknown> {
  const app = fastify();
  takeJsonOnly(app);
  app.post('/', (request) => ({ value: request.body }));
  app.setErrorHandler((error) => ({ refused: String(error) }));
  return (await app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'application/json' }, payload })).json<unknown>();
}

test('64 levels are taken and 65 are refused, also in the shortest body that has so many', async () => {
  const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  expect(await taken(deep(64))).toEqual({ value: nested(64) });
  expect(await taken(deep(65))).toEqual({ refused: 'Error: The body nests deeper than 64 levels.' });
});

test.each(['plain', 'a\u007f\\u00e9', 'é', '\u00ff', '漢字', '😀'])('a text is what was sent, whatever it is written in: %j', async (text) => {
  expect(await taken(JSON.stringify({ text }))).toEqual({ value: { text } });
});

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

test('depth is counted in arrays and objects', () => {
  expect(isDeeperThan('a', 0)).toBe(false);
  expect(isDeeperThan({}, 0)).toBe(true);
  expect(isDeeperThan({ a: [{}] }, 3)).toBe(false);
  expect(isDeeperThan({ a: [{}] }, 2)).toBe(true);
  expect(isDeeperThan([1, [2], 3], 2)).toBe(false);
});

test('no depth that fits into a body overflows the stack', () => {
  expect(isDeeperThan(nested(32_000), 64)).toBe(true);
  expect(isDeeperThan(nested(32_000), 32_000)).toBe(false);
});
