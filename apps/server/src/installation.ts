import { mintToken } from '@hoc/l5-engines/token';
import type { RandomBytes } from '@hoc/l5-engines/scope';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import type { HocRegistry } from './compose.ts';
import type { Config } from './config.ts';
import type { OperatorTokenFile } from './operator-token-file.ts';
import { StartupProblem } from './startup-problem.ts';

type TokenFile = Pick<OperatorTokenFile, 'prepare' | 'keep' | 'discard' | 'recover'>;

/** Who opens the installation: the server itself. No token can hold its permission. */
const STARTING_SERVER: Principal = {
  plane: 'fdr', id: 'server', name: 'starting server', tenantId: null, permissions: new Set(['hoc:installation.open']),
};

/**
 * Opens the installation: holds the key files against it and, on an empty one, makes the first operator token.
 * Answers that token, or null where there is an operator already.
 */
export async function openInstallation(
  registry: HocRegistry,
  config: Pick<Config, 'kekFile' | 'pepperFile'>,
  tokenFile: TokenFile,
  randomBytes: RandomBytes,
): Promise<string | null> {
  const opened = await registry.execute('installation.write', { method: 'open', principal: STARTING_SERVER, input: {} });
  if (!opened.ok) {
    const { code, detail, data } = opened.denial;
    if (code !== 'WRONG_KEY_FILE') throw new StartupProblem(`The installation cannot be opened: ${detail}`);
    const file = data?.['file'] === 'kek' ? config.kekFile : config.pepperFile;
    throw new StartupProblem(`${file.path} does not belong to this database: ${detail}. Put the right file in its place.`);
  }
  // The output schema of the operation is exactly this.
  const { hasOperator } = opened.value as { readonly hasOperator: boolean };
  const made = hasOperator ? null : await firstOperator(registry, tokenFile, randomBytes);
  // There is an operator now, so what others have prepared is valid already or never will be.
  await tokenFile.recover((token) => isValid(registry, token));
  return made;
}

async function isValid(registry: HocRegistry, token: string): Promise<boolean> {
  const authenticated = await registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token, address: null } });
  if (!authenticated.ok && authenticated.denial.status >= 500) throw new StartupProblem(`The database does not answer: ${authenticated.denial.detail}`);
  return authenticated.ok;
}

async function firstOperator(registry: HocRegistry, tokenFile: TokenFile, randomBytes: RandomBytes): Promise<string | null> {
  const token = mintToken({ prefix: 'op', locator: '', randomBytes }).token.reveal();
  await tokenFile.prepare(token);
  const made = await registry.execute('account.write', {
    method: 'bootstrap_operator', principal: STARTING_SERVER, input: { name: 'first operator', token },
  });
  if (made.ok) {
    await tokenFile.keep();
    return token;
  }
  await tokenFile.discard();
  if (made.denial.code === 'ALREADY_BOOTSTRAPPED') return null;
  throw new StartupProblem(`The first operator token could not be made: ${made.denial.detail}`);
}
