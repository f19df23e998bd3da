import type { createApp } from '@hoc/l2-api/app';
import { freePort } from '@hoc/l2-api/free-port';
import type { Config } from './config.ts';
import { StartupProblem } from './startup-problem.ts';
import { codeOf, reasonOf } from './system-error.ts';

/**
 * Listens, and answers the URL.
 * @throws StartupProblem where the address cannot be had
 */
export async function listen(app: Awaited<ReturnType<typeof createApp>>, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    throw notListening({ host, port }, error);
  }
}

/**
 * The port that several processes are to share: one that is free, where any would do.
 * @throws StartupProblem where the address cannot be had
 */
export async function sharedPort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<number> {
  if (port !== 0) return port;
  try {
    return await freePort(host);
  } catch (error) {
    throw notListening({ host, port }, error);
  }
}

function notListening({ host, port }: Pick<Config, 'host' | 'port'>, error: unknown): StartupProblem {
  const remedy = codeOf(error) === 'EADDRINUSE' ? 'Stop what listens there, or choose another port with HOC_PORT' : 'Choose another address with HOC_HOST, or another port with HOC_PORT';
  return new StartupProblem(`HOC cannot listen on ${host}, port ${port}: ${reasonOf(error)}. ${remedy}.`);
}
