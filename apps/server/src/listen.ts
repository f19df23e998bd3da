import type { createApp } from '@hoc/l2-api/app';
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
    const remedy = codeOf(error) === 'EADDRINUSE' ? 'Stop what listens there, or choose another port with HOC_PORT' : 'Choose another address with HOC_HOST, or another port with HOC_PORT';
    throw new StartupProblem(`HOC cannot listen on ${host}, port ${port}: ${reasonOf(error)}. ${remedy}.`);
  }
}
