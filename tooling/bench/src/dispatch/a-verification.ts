import { LocalLimits } from '@hoc/l5-engines/metering/local-limits';
import { digestOf } from '@hoc/l5-engines/digest';
import type { DecideScope } from '@hoc/l5-engines/scope';
import { mintToken } from '@hoc/l5-engines/token';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { verify } from '@hoc/l4-spine/domains/api-keys/verify';
import { testVault } from '@hoc/testbed/vault';
import type { z } from 'zod';
import { NoOpStorage } from '../no-op-storage.ts';
import { quietRegistry } from './quiet-registry.ts';

type Truth = NonNullable<Awaited<ReturnType<DecideScope['truth']['find']>>>;

/** Who asks. */
export const gateway: Principal = { plane: 'int', id: 'tok_01jzbench0000000000000000', name: 'bench', tenantId: null, permissions: new Set(['hoc:keys.verify']) };

/** A good key, and a truth that answers about it at once: what is measured is what stands around it. */
export class VerificationAtHand {
  readonly question: { readonly token: string };
  readonly #scope: DecideScope;

  constructor() {
    const vault = testVault();
    const { current } = vault.peppers;
    const token = mintToken({ prefix: 'live', locator: 'bench', randomBytes: vault.randomBytes }).token.reveal();
    this.question = { token };
    this.#scope = scopeAround(vault, { digest: digestOf(current, token), truth: truthOf(current.id) });
  }

  /** The verification through the kernel: the very operation of the catalogue. */
  governed(): () => Promise<void> {
    const registry = quietRegistry(new NoOpStorage(this.#scope), []).register({ operations: [verify] }).freeze();
    const call = { method: 'verify', principal: gateway, input: this.question, requestId: 'req_bench' };
    return async () => {
      const result = await registry.execute('api_keys.query', call);
      if (!result.ok) throw new Error(`the verification was denied: ${result.denial.code}`);
    };
  }

  /** Its parsing and its handler alone. */
  bare(): () => Promise<void> {
    return () => this.handled(gateway, verify.input.parse(this.question)).then(() => {});
  }

  /** What its handler answers to an input that was parsed. */
  async handled(principal: Principal, input: z.output<typeof verify.input>): Promise<{ readonly code: string }> {
    const request = { principal, tenantId: '', input, now: new Date(), requestId: 'req_bench' };
    const ahead = verify.ahead?.({ input, scope: this.#scope }) ?? Promise.reject(new Error('a verification asks ahead'));
    const outcome = await verify.run({ request, scope: this.#scope, ahead });
    if (!outcome.ok) throw new Error('the handler refused');
    return outcome.value;
  }
}

const truthOf = (pepperId: string): Truth => ({
  key: {
    tenantId: 'tnt_01jzbench0000000000000000', id: 'key_01jzbench0000000000000001', projectId: null, kind: 'SERVICE', name: 'bench', environment: 'live', status: 'ACTIVE',
    permissions: Object.freeze(['invoices:read']), allowedResources: Object.freeze([]), allowedAddresses: Object.freeze([]), expiresAt: null, ownerRef: null,
    metadata: Object.freeze({}), pepperId,
  },
  tenantStatus: 'ACTIVE', projectStatus: null, meters: null,
});

const nothing = (): never => {
  throw new Error('a key without meters was metered');
};

const scopeAround = (vault: DecideScope['vault'], known: { readonly digest: string; readonly truth: Truth }): DecideScope => ({
  vault,
  locators: { resolve: () => 'tnt_01jzbench0000000000000000' },
  truth: { find: async (_tenantId, [asked]) => (asked === known.digest ? known.truth : null) },
  accessTokens: { find: async () => null },
  meters: { take: nothing, release: nothing, renew: nothing },
  localLimits: new LocalLimits(),
  usage: { record: () => {} },
  probe: nothing,
});
