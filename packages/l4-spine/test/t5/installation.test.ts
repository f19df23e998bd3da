import { randomBytes } from 'node:crypto';
import { keyringLine, parseKeyring, type PepperRing } from '@hoc/l5-engines/keyring';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { createComposed, expectDenied, expectOk } from '@hoc/testbed/composed';
import { BACKENDS } from '@hoc/testbed/databases';
import { testVault } from '@hoc/testbed/vault';
import { describe, expect, test } from 'vitest';

/** Who opens an installation; no token can hold this permission. */
const STARTING: Principal = { plane: 'fdr', id: 'server', name: 'starting server', tenantId: null, permissions: new Set(['hoc:installation.open']) };

const LINES = ['p1', 'p2'].map((id) => [id, keyringLine(id, randomBytes(32)).reveal()] as const);

/** A pepper file of these lines; the last is current. */
function file(...ids: readonly string[]): PepperRing {
  const parsed = parseKeyring('pepper', ids.map((id) => LINES.find(([known]) => known === id)?.[1]).join(''));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
}

describe.each(BACKENDS)('peppers are held against the installation, on %s', (backend) => {
  test('a file without a pepper starts while nothing is stored under it, and never again once something is', async () => {
    const vault = { ...testVault(), peppers: file('p2', 'p1') };
    const composed = await createComposed(backend, { vault });
    try {
      const start = (...ids: readonly string[]) => composed.compose({ vault: { ...vault, peppers: file(...ids) } }).execute('installation.write', { method: 'open', principal: STARTING, input: {} });
      // Known by one server, and used by none: a file that lacks it belongs to the installation.
      expectOk(await start('p1'));
      // The other server is still there, and brings it into use.
      const other = composed.compose({ vault: { ...vault, peppers: file('p1', 'p2') } });
      const { id } = expectOk<{ readonly id: string }>(await other.execute('account.write', {
        method: 'create_token', principal: composed.operator, input: { plane: 'int', name: 'gateway', permissions: ['hoc:keys.verify'] },
      }));
      const { code, detail } = expectDenied(await start('p1'));
      expect(code).toBe('WRONG_KEY_FILE');
      expect(detail).toContain('lacks the key "p2"');
      expectOk(await start('p2', 'p1'));
      expect(expectDenied(await start('p1'))).toMatchObject({ code: 'WRONG_KEY_FILE' });
      // Nothing in use any more.
      expectOk(await other.execute('account.write', { method: 'revoke_token', principal: composed.operator, input: { tokenId: id } }));
      expectOk(await start('p1'));
    } finally {
      await composed.close();
    }
  });
});
