import type { Integration } from './rows.ts';

/** The steps of an integration's life that stand on its own state. */
export type IntegrationStep = 'disable' | 'update' | 'rotate_credential' | 'delete' | 'probe';

/**
 * Whether the state of an integration allows the step; if not, why. Only what is ENABLED can be disabled; what is DISABLED is left
 * alone by probes. Settings and credential of any can be changed, and any can be deleted.
 */
export const allowsIntegrationStep = ({ status }: Pick<Integration, 'status'>, step: IntegrationStep): true | string => {
  switch (step) {
    case 'disable':
      return status === 'ENABLED' || `the integration is ${status}`;
    case 'probe':
      return status !== 'DISABLED' || 'the integration is DISABLED';
    case 'update':
    case 'rotate_credential':
    case 'delete':
      return true;
    default:
      return step satisfies never;
  }
};

/** Whether the step needs the tenant to be ACTIVE: all do but those that take something away. Whatever is not in use sends nothing and is given nothing. */
export const needsActiveTenant = (step: IntegrationStep): boolean => step !== 'disable' && step !== 'delete';

/** Never probed as it is now: what an earlier probe has found says nothing of other settings, or another credential. */
export const UNPROBED: Pick<Integration, 'health' | 'checkedAt' | 'healthMessage' | 'lastProbeOk' | 'probedRevision'> = {
  health: 'UNKNOWN', checkedAt: null, healthMessage: null, lastProbeOk: null, probedRevision: null,
};

/** The integration after a change, at its next version. */
export const changed = (integration: Integration, changes: Partial<Integration>, now: Date): Integration => ({
  ...integration, ...changes, updatedAt: now, version: integration.version + 1,
});

/** What is left of a deleted integration. Its credential is destroyed, not only hidden. */
export const deleted = (integration: Integration, now: Date): Integration =>
  changed(integration, { status: 'DISABLED', sealedCredential: null, dataKeyId: null, credentialOrigin: null, deletedAt: now }, now);
