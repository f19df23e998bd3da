import type { createApp } from '@hoc/l2-api/app';
import type { Logger } from 'pino';

/** How long a server that stops goes on answering what was asked. */
const ANSWER_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 50;

/** Stops listening and answers what was asked; a connection is closed once nothing more is owed on it, or time is up. */
export async function closeApp(app: Awaited<ReturnType<typeof createApp>>, log: Pick<Logger, 'warn'>): Promise<void> {
  // Node closes the connections that are idle now. Those that become so later would be kept for the client's next request.
  const idle = setInterval(() => app.server.closeIdleConnections(), LOOK_EVERY_MS);
  // A request that never comes to its end must not keep the server.
  const late = setTimeout(() => {
    log.warn('requests that have not come to their end are cut off');
    app.server.closeAllConnections();
  }, ANSWER_WITHIN_MS);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}
