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

const vault = testVault();
const token = mintToken({ prefix: 'live', locator: 'bench', randomBytes: vault.randomBytes }).token.reveal();
const digest = digestOf(vault.peppers.current, token);

const truth: Truth = {
  key: {
    tenantId: 'tnt_01jzbench0000000000000000', id: 'key_01jzbench0000000000000001', projectId: null, kind: 'SERVICE', name: 'bench', environment: 'live', status: 'ACTIVE',
    permissions: Object.freeze(['invoices:read']), allowedResources: Object.freeze([]), allowedAddresses: Object.freeze([]), expiresAt: null, ownerRef: null,
    metadata: Object.freeze({}), pepperId: vault.peppers.current.id,
  },
  tenantStatus: 'ACTIVE', projectStatus: null, meters: null,
};

const nothing = (): never => {
  throw new Error('a key without meters was metered');
};

/** A truth that answers at once: what is measured is what stands around it. */
export const truthAtHand: DecideScope = {
  vault,
  locators: { resolve: () => 'tnt_01jzbench0000000000000000' },
  truth: { find: async (_tenantId, [asked]) => (asked === digest ? truth : null) },
  accessTokens: { find: async () => null },
  meters: { take: nothing, release: nothing, renew: nothing },
  localLimits: new LocalLimits(),
  usage: { record: () => {} },
  probe: nothing,
};

export const gateway: Principal = { plane: 'int', id: 'tok_01jzbench0000000000000000', name: 'bench', tenantId: null, permissions: new Set(['hoc:keys.verify']) };

export const aQuestion: { readonly token: string } = { token };

/** The verification through the kernel: the very operation of the catalogue. */
export function governedVerify(): () => Promise<void> {
  const registry = quietRegistry(new NoOpStorage(truthAtHand), []).register({ operations: [verify] }).freeze();
  const call = { method: 'verify', principal: gateway, input: aQuestion, requestId: 'req_bench' };
  return async () => {
    const result = await registry.execute('api_keys.query', call);
    if (!result.ok) throw new Error(`the verification was denied: ${result.denial.code}`);
  };
}

/** Its parsing and its handler alone. */
export const bareVerify = (): Promise<void> => handled(gateway, verify.input.parse(aQuestion)).then(() => {});

/** What its handler answers to an input that was parsed. */
export async function handled(principal: Principal, input: z.output<typeof verify.input>): Promise<{ readonly code: string }> {
  const request = { principal, tenantId: '', input, now: new Date(), requestId: 'req_bench' };
  const ahead = verify.ahead?.({ input, scope: truthAtHand }) ?? Promise.reject(new Error('a verification asks ahead'));
  const outcome = await verify.run({ request, scope: truthAtHand, ahead });
  if (!outcome.ok) throw new Error('the handler refused');
  return outcome.value;
}
