import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadKeys, type LoadedKeys } from '@hoc/bench/load/load-keys';
import type { Target } from '@hoc/bench/load/plan';
import { SABOTAGED_SERVER, type Sabotage } from '@hoc/bench/sabotage';
import { Api } from '@hoc/bench/servers/api';
import { makeTenants, type LoadTenant } from '@hoc/bench/servers/tenants';
import { parseKeyring } from '@hoc/l5-engines/keyring';
import { deploy } from '../process/deployment.ts';
import { serve, type Serving } from '../process/server-process.ts';

/** Two processes of the real server on one PostgreSQL, and whoever may speak to them. */
export interface LoadedServers {
  readonly targets: readonly Target[];
  readonly operatorToken: string;
  readonly gatewayToken: string;
  readonly tenants: readonly LoadTenant[];
  /** Stores keys, of which some are not valid. */
  load(keys: number): Promise<LoadedKeys>;
  /** Two more processes on the same database, with a verify that does not answer from the truth. */
  startSabotaged(sabotage: Sabotage): Promise<readonly Target[]>;
}

export async function startLoadedServers({ tenants: count }: { readonly tenants: number }): Promise<LoadedServers> {
  const { env, dataDir } = await deploy('postgres');
  const cwd = path.dirname(dataDir);
  const first = await serve({ cwd, env });
  const servers = [first, await serve({ cwd, env })];
  const operatorToken = (await readFile(path.join(dataDir, 'operator-token'), 'utf8')).trim();
  const operator = new Api(first.url, operatorToken);
  const tenants = await makeTenants(operator, count, 'ENTERPRISE');
  const { token: gatewayToken } = await operator.post<{ token: string }>('/fdr/v1/tokens', { plane: 'int', name: 'gateway' });
  const peppers = parseKeyring('pepper', await readFile(env['HOC_PEPPER_FILE'] ?? '', 'utf8'));
  if (!peppers.ok) throw new Error(peppers.problem);
  return {
    targets: servers.map(targetOf), operatorToken, gatewayToken, tenants,
    load: (keys) => loadKeys({ folder: cwd, databaseUrl: env['HOC_DATABASE_URL'] ?? '', peppers: peppers.ring, tenants, operatorToken, url: first.url }, keys, { unknown: 1000 }),
    startSabotaged: async (sabotage) => {
      const sabotaged = [await serve({ cwd, env, command: [SABOTAGED_SERVER, sabotage] }), await serve({ cwd, env, command: [SABOTAGED_SERVER, sabotage] })];
      return sabotaged.map(targetOf);
    },
  };
}

function targetOf({ url }: Serving): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
