import type { ProbeResult } from './probe.ts';
import type { Integration, ProbeRecord } from './rows.ts';

/** What a probe came to: what the target said, or why it could not even be asked with what is stored. */
export type ProbeFinding = ProbeResult | { readonly performed: true; readonly unusable: string };

/**
 * What is stored of a probe; null where it says nothing, because nothing was sent. A target in trouble changes the health alone. What
 * cannot be used as it is stored takes an ENABLED integration to ERROR, from where only enabling it, with all that is checked then,
 * leads back. INVARIANT: no probe brings an integration to life.
 */
export const recordOf = ({ status }: Pick<Integration, 'status'>, finding: ProbeFinding, now: Date): ProbeRecord | null => {
  if (!finding.performed) return null;
  if ('unusable' in finding) {
    return { status: status === 'ENABLED' ? 'ERROR' : status, health: 'FAILING', healthMessage: finding.unusable, lastProbeOk: false, checkedAt: now };
  }
  return { status, health: finding.health, healthMessage: finding.message, lastProbeOk: finding.ok, checkedAt: now };
};
