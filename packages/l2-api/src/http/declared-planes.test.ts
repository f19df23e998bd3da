import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { demandPlanes } from './declared-planes.ts';

const handler = async (): Promise<string> => '';

test('a route that declares no plane throws when it is added', () => {
  const app = fastify();
  demandPlanes(app);
  expect(() => app.get('/v1/things', handler)).toThrow('GET /v1/things declares no plane');
});

test('a route that says that it is open must be one of the four', () => {
  const app = fastify();
  demandPlanes(app);
  const config = { plane: 'open' } as const;
  expect(() => app.get('/metrics', { config }, handler)).toThrow('GET /metrics is open and must not be');
  expect(() => app.get('/healthzz', { config }, handler)).toThrow('must not be');
  expect(() => app.get('/healthz', { config }, handler)).not.toThrow();
});
