import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import type { KekRing } from '@hoc/l5-engines/keyring';
import { unseal, type Unsealed } from '@hoc/l5-engines/sealing';
import type { MailClaim } from '@hoc/l6-drivers/outbox/deliveries';

/** What is sealed under the data key of a claim, for one thing of its tenant. */
export function unsealClaim({ tenantId, dataKey }: Pick<MailClaim, 'tenantId' | 'dataKey'>, sealed: string, thingId: string, keks: KekRing): Unsealed {
  if (dataKey === null) return { ok: false, problem: 'there is no such data key' };
  const unwrapped = unwrapDataKey(dataKey, keks);
  return unwrapped.ok ? unseal(unwrapped.key, sealed, [tenantId, thingId]) : unwrapped;
}
