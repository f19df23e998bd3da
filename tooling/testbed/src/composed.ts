import type { Vault } from '@hoc/l5-engines/scope';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import type { Denial, Result } from '@hoc/l4-spine/kernel/result';
import { compose, type Composition, type HocRegistry } from '@hoc/server/compose';
import { openInstallation } from '@hoc/server/installation';
import { createTestDatabase, type Backend, type TestDatabase } from './databases.ts';
import { testVault } from './vault.ts';

/** What went wrong inside, as the server would have logged it. */
export interface ReportedFailure {
  readonly requestId: string;
  readonly address: string;
  readonly method: string;
  readonly error: unknown;
}

/** HOC as the server composes it, on a fresh real database: the real registry, the real handlers. */
export interface Composed {
  readonly db: TestDatabase;
  readonly vault: Vault;
  readonly registry: HocRegistry;
  /** The first operator's token, and the principal it authenticates as. */
  readonly operatorToken: string;
  readonly operator: Principal;
  readonly failures: readonly ReportedFailure[];
  /** Another registry on the same database, as a second server would have it, or with other definitions. */
  compose(options?: ComposedOptions): HocRegistry;
  /** Who a token speaks for, by the authenticate operation. Throws where it speaks for nobody. */
  principalOf(token: string, address?: string): Promise<Principal>;
  close(): Promise<void>;
}

/** `vault`: other key files than the test's own, as a server has them whose keys were exchanged. */
export type ComposedOptions = Pick<Composition, 'clock' | 'evaluationTimeoutMs' | 'substitute' | 'urlPolicy' | 'eventsCommitted' | 'probe' | 'redigest' | 'usage' | 'localShares'> & Partial<Pick<Composition, 'vault'>>;

/** Composes HOC on a fresh database of this kind, and opens the installation as a first start does. */
export async function createComposed(backend: Backend, options: ComposedOptions = {}): Promise<Composed> {
  const db = await createTestDatabase(backend);
  const { vault = testVault() } = options;
  const failures: ReportedFailure[] = [];
  const composeWith = (more: ComposedOptions): HocRegistry =>
    compose({
      database: db.database, vault, ...more,
      reporter: { failure: (failure) => failures.push(failure) },
      alarm: (row) => failures.push({ requestId: '', address: 'alarm', method: '', error: row }),
    });
  const registry = composeWith(options);
  const operatorToken = await openInstallation(registry, { kekFile: TEST_FILE, pepperFile: TEST_FILE }, TOKEN_IN_MEMORY, vault.randomBytes);
  if (operatorToken === null) throw new Error('a fresh database has an operator already');
  const principalOf = async (token: string, address = '127.0.0.1'): Promise<Principal> =>
    principalFrom(expectOk(await registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token, address } })));
  return {
    db, vault, registry, operatorToken, failures, principalOf,
    operator: await principalOf(operatorToken),
    compose: (more = {}) => composeWith({ ...options, ...more }),
    close: () => db.close(),
  };
}

const principalFrom = (found: Omit<Principal, 'permissions'> & { readonly permissions: readonly string[] }): Principal => ({
  ...found, permissions: new Set(found.permissions),
});

const TEST_FILE = { path: 'in memory', mayCreate: false };
const TOKEN_IN_MEMORY = { prepare: async () => {}, keep: async () => {}, discard: async () => {}, recover: async () => {} };

/** The value of a result that must be good; throws what the denial says where it is not. The caller names the value's type. */
export function expectOk<Value>(result: Result<unknown>): Value {
  if (!result.ok) throw new Error(`denied: ${JSON.stringify(result.denial)}`);
  return result.value as Value; // the operation's output schema is the caller's to know
}

/** The denial of a result that must be one. */
export function expectDenied(result: Result<unknown>): Denial {
  if (result.ok) throw new Error(`not denied: ${JSON.stringify(result.value)}`);
  return result.denial;
}

