import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { UNAVAILABLE } from './refusals.ts';
import { replyProblem } from './reply-problem.ts';

/** The paths that need no token. Everything else declares its plane. */
export const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz', '/openapi.json', '/docs'];

const READY_WITHIN_MS = 2000;

/** `/healthz`: the process answers. `/readyz`: so does the database, within 2 s. */
export function answerHealth(app: FastifyInstance, ready: () => Promise<boolean>): void {
  const config = { plane: 'open' } as const;
  app.get('/healthz', { config }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config }, async (request, reply) =>
    (await isReady(ready)) ? { status: 'ok' } : replyProblem(request, reply, UNAVAILABLE));
}

async function isReady(ready: () => Promise<boolean>): Promise<boolean> {
  const waiting = new AbortController();
  const tooLate = sleep(READY_WITHIN_MS, false, { signal: waiting.signal, ref: false }).catch(() => false);
  try {
    return await Promise.race([ready(), tooLate]);
  } catch {
    return false;
  } finally {
    waiting.abort();
  }
}
