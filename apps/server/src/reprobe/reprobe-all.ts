import { randomUUID } from 'node:crypto';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import type { Denial } from '@hoc/l4-spine/kernel/result';
import { z } from 'zod';
import type { HocRegistry } from '../compose.ts';

type Registry = Pick<HocRegistry, 'execute'>;

export interface RoundTerms {
  /** Who was not probed since then is due. */
  readonly checkedBefore: Date;
  readonly signal: AbortSignal;
  /** Asked before each tenant and each probe: whether the round is still this server's. */
  goesOn(): Promise<boolean>;
}

/** What one round did. `failed`: probes that could not be made or stored, for whatever reason; they are due again. */
export interface RoundReport {
  readonly probed: number;
  readonly failed: number;
}

/** Who goes round: the server itself, with what that takes. */
const SERVER: Principal = {
  plane: 'fdr', id: 'server', name: 'scheduled probe', tenantId: null, permissions: new Set(['hoc:tenants.read', 'hoc:integrations.read', 'hoc:integrations.write']),
};
/** Probes of a tenant at once: less than the tenant's share of outbound requests, so that it can probe by hand meanwhile. */
const AT_ONCE = 4;
const PAGE = 200;

const tenantsPage = z.object({ items: z.array(z.string()), nextCursor: z.string().nullable() });
const dueIds = z.object({ ids: z.array(z.string()) });

/** Probes what is due, tenant by tenant. Rejects where tenants cannot be read; a probe that fails does not end the round. */
export async function reprobeAll(registry: Registry, terms: RoundTerms): Promise<RoundReport> {
  let [probed, failed, cursor]: [number, number, string | null] = [0, 0, null];
  do {
    const page: z.output<typeof tenantsPage> = tenantsPage.parse(await ask(registry, 'account.query', 'list_tenant_ids', { limit: PAGE, ...(cursor === null ? {} : { cursor }) }));
    for (const tenantId of page.items) {
      if (terms.signal.aborted || !(await terms.goesOn())) return { probed, failed };
      const done = await reprobeTenant(registry, tenantId, terms);
      probed += done.probed;
      failed += done.failed;
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { probed, failed };
}

async function reprobeTenant(registry: Registry, tenantId: string, { checkedBefore, signal, goesOn }: RoundTerms): Promise<RoundReport> {
  const { ids } = dueIds.parse(await ask(registry, 'integrations.query', 'due', { checkedBefore: checkedBefore.toISOString(), limit: PAGE }, tenantId));
  const waiting = [...ids];
  let [probed, failed] = [0, 0];
  const lane = async (): Promise<void> => {
    for (let integrationId = waiting.shift(); integrationId !== undefined && !signal.aborted && (await goesOn()); integrationId = waiting.shift()) {
      const result = await registry.execute('integrations.write', { method: 'probe', principal: SERVER, input: { integrationId }, tenantId, requestId: randomUUID() });
      if (result.ok) probed += 1;
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, lane));
  return { probed, failed };
}

async function ask(registry: Registry, address: string, method: string, input: object, tenantId?: string): Promise<unknown> {
  const result = await registry.execute(address, { method, principal: SERVER, input, tenantId, requestId: randomUUID() });
  if (!result.ok) throw new RoundEnded(address, method, result.denial);
  return result.value;
}

/** Something that a round stands on could not be read. */
export class RoundEnded extends Error {
  constructor(address: string, method: string, { code, detail }: Denial) {
    super(`${address} ${method} answered ${code}: ${detail}`);
    this.name = 'RoundEnded';
  }
}
