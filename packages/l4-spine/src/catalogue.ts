import { advance } from './domains/account-onboarding/advance.ts';
import { attestSdk } from './domains/account-onboarding/attest-sdk.ts';
import { complete } from './domains/account-onboarding/complete.ts';
import { confirmContact } from './domains/account-onboarding/confirm-contact.ts';
import { createChallenge } from './domains/account-onboarding/create-challenge.ts';
import { forceComplete } from './domains/account-onboarding/force-complete.ts';
import { getOnboarding } from './domains/account-onboarding/get.ts';
import { predicatesHold, stepIsNext } from './domains/account-onboarding/invariants.ts';
import { requestConfirmation } from './domains/account-onboarding/request-confirmation.ts';
import { stalled } from './domains/account-onboarding/stalled.ts';
import { archiveProject } from './domains/account/archive-project.ts';
import { archiveTenant } from './domains/account/archive-tenant.ts';
import { bootstrapOperator } from './domains/account/bootstrap-operator.ts';
import { createOrganization } from './domains/account/create-organization.ts';
import { createProject } from './domains/account/create-project.ts';
import { createTenant } from './domains/account/create-tenant.ts';
import { createToken } from './domains/account/create-token.ts';
import { getProvisioning } from './domains/account/get-provisioning.ts';
import { getTenant } from './domains/account/get-tenant.ts';
import {
  noLiveKeyAfterTermination,
  projectCanBeArchived,
  projectOfActiveTenant,
  projectsWithinPlan,
  tenantAllowsStep,
  tenantAwaitsProvisioning,
  tenantCanBeLimited,
  tenantCanBeTerminated,
  tenantOfOrganization,
} from './domains/account/invariants.ts';
import { listProjects } from './domains/account/list-projects.ts';
import { listTenantIds } from './domains/account/list-tenant-ids.ts';
import { listTenants } from './domains/account/list-tenants.ts';
import { listTokens } from './domains/account/list-tokens.ts';
import { provisionTenant } from './domains/account/provision-tenant.ts';
import { resumeTenant } from './domains/account/resume-tenant.ts';
import { revokeToken } from './domains/account/revoke-token.ts';
import { rewrapDataKeys } from './domains/account/rewrap-data-keys.ts';
import { setOwnerRateLimits } from './domains/account/set-owner-rate-limits.ts';
import { setRateLimits } from './domains/account/set-rate-limits.ts';
import { staleDataKeys } from './domains/account/stale-data-keys.ts';
import { suspendTenant } from './domains/account/suspend-tenant.ts';
import { tenantOverview } from './domains/account/tenant-overview.ts';
import { terminateTenant } from './domains/account/terminate-tenant.ts';
import { create } from './domains/api-keys/create.ts';
import { freeze } from './domains/api-keys/freeze.ts';
import { get } from './domains/api-keys/get.ts';
import { grantsWithinOwn, keyAllowsStep, keyOfActiveTenant, keysWithinPlan, projectOfKeyIsActive } from './domains/api-keys/invariants.ts';
import { listOnWrite } from './domains/api-keys/list-on-write.ts';
import { list } from './domains/api-keys/list.ts';
import { releaseLease } from './domains/api-keys/release-lease.ts';
import { renewLease } from './domains/api-keys/renew-lease.ts';
import { revoke } from './domains/api-keys/revoke.ts';
import { rotate } from './domains/api-keys/rotate.ts';
import { undoRotation } from './domains/api-keys/undo-rotation.ts';
import { unfreeze } from './domains/api-keys/unfreeze.ts';
import { update } from './domains/api-keys/update.ts';
import { verify } from './domains/api-keys/verify.ts';
import { listAudit } from './domains/audit/list.ts';
import { verifyAudit } from './domains/audit/verify.ts';
import { authenticateServiceKey } from './domains/auth/authenticate-service-key.ts';
import { authenticate } from './domains/auth/authenticate.ts';
import { invariantsQuery } from './domains/governance/invariants.ts';
import { operationsQuery } from './domains/governance/operations.ts';
import { scanQuery } from './domains/governance/scan.ts';
import { setDegraded } from './domains/governance/set-degraded.ts';
import { setMode } from './domains/governance/set-mode.ts';
import { violationsQuery } from './domains/governance/violations.ts';
import { openInstallation } from './domains/installation/open.ts';
import { peppers } from './domains/installation/peppers.ts';
import { listConnectorDefinitions } from './domains/connector-types/list-definitions.ts';
import { listConnectorTypes } from './domains/connector-types/list.ts';
import { putConnectorType } from './domains/connector-types/put.ts';
import { removeConnectorType } from './domains/connector-types/remove.ts';
import { createIntegration } from './domains/integrations/create.ts';
import { deleteIntegration } from './domains/integrations/delete.ts';
import { disableIntegration } from './domains/integrations/disable.ts';
import { dueIntegrations } from './domains/integrations/due.ts';
import { enableIntegration } from './domains/integrations/enable.ts';
import { getIntegration } from './domains/integrations/get.ts';
import { integrationHealthQuery } from './domains/integrations/health.ts';
import {
  integrationAllowsStep, integrationCanBeDisabled, integrationFitsItsType, integrationOfActiveTenant, readsOneTenant,
} from './domains/integrations/invariants.ts';
import { listIntegrations } from './domains/integrations/list.ts';
import { probeIntegration } from './domains/integrations/probe.ts';
import { rotateCredential } from './domains/integrations/rotate-credential.ts';
import { updateIntegration } from './domains/integrations/update.ts';
import { usageOfOneTenant } from './domains/usage/invariants.ts';
import { keyUsage } from './domains/usage/key.ts';
import { tenantUsage } from './domains/usage/tenant.ts';
import { createWebhook } from './domains/webhooks/create.ts';
import { listDeadLetters } from './domains/webhooks/dead-letters.ts';
import { deleteWebhook } from './domains/webhooks/delete.ts';
import { getWebhook } from './domains/webhooks/get.ts';
import { webhookOfActiveTenant } from './domains/webhooks/invariants.ts';
import { listWebhooks } from './domains/webhooks/list.ts';
import { replayDeadLetter } from './domains/webhooks/replay.ts';
import { rotateWebhookSecret } from './domains/webhooks/rotate-secret.ts';
import { updateWebhook } from './domains/webhooks/update.ts';
import type { AnyInvariant } from './kernel/invariant.ts';
import type { Mode } from './kernel/mode.ts';
import type { AnyOperation } from './kernel/operation.ts';
import type { OperationDescription } from './kernel/registry.ts';

export { LOCK_ORDER } from './domains/lock-order.ts';

/** Every invariant of HOC. Nothing registers itself: what is not in this list does not exist. */
export const invariants = [
  projectOfActiveTenant,
  tenantOfOrganization,
  tenantCanBeTerminated,
  tenantAllowsStep,
  noLiveKeyAfterTermination,
  projectsWithinPlan,
  projectCanBeArchived,
  tenantAwaitsProvisioning,
  tenantCanBeLimited,
  predicatesHold,
  stepIsNext,
  keyOfActiveTenant,
  keysWithinPlan,
  grantsWithinOwn,
  keyAllowsStep,
  projectOfKeyIsActive,
  integrationFitsItsType,
  integrationCanBeDisabled,
  readsOneTenant,
  integrationOfActiveTenant,
  integrationAllowsStep,
  webhookOfActiveTenant,
  usageOfOneTenant,
] as const;

/** What the operations that show the registry need of it; it exists only once they are registered. */
export interface LiveRegistry {
  readonly describe: () => readonly OperationDescription[];
  /** The mode of an invariant without a stored setting. */
  readonly defaultMode: Mode;
}

/** Every operation of HOC. */
export const operations = ({ describe, defaultMode }: LiveRegistry) =>
  [
    createOrganization,
    createTenant,
    provisionTenant,
    suspendTenant,
    resumeTenant,
    terminateTenant,
    archiveTenant,
    createProject,
    archiveProject,
    createToken,
    revokeToken,
    bootstrapOperator,
    rewrapDataKeys,
    setRateLimits,
    setOwnerRateLimits,
    getTenant,
    listTenants,
    listTenantIds,
    staleDataKeys,
    getProvisioning,
    tenantOverview,
    listProjects,
    listTokens,
    requestConfirmation,
    confirmContact,
    advance,
    createChallenge,
    attestSdk,
    complete,
    forceComplete,
    getOnboarding,
    stalled,
    create,
    revoke,
    rotate,
    undoRotation,
    update,
    freeze,
    unfreeze,
    listOnWrite,
    list,
    get,
    verify,
    releaseLease,
    renewLease,
    setMode(invariants),
    setDegraded,
    operationsQuery(describe),
    invariantsQuery(invariants, defaultMode),
    violationsQuery,
    scanQuery(invariants),
    listAudit,
    verifyAudit,
    createIntegration,
    updateIntegration,
    enableIntegration,
    disableIntegration,
    probeIntegration,
    rotateCredential,
    deleteIntegration,
    listIntegrations,
    getIntegration,
    integrationHealthQuery,
    dueIntegrations,
    putConnectorType,
    removeConnectorType,
    listConnectorTypes,
    listConnectorDefinitions,
    createWebhook,
    updateWebhook,
    deleteWebhook,
    rotateWebhookSecret,
    replayDeadLetter,
    listWebhooks,
    getWebhook,
    listDeadLetters,
    tenantUsage,
    keyUsage,
    authenticate,
    authenticateServiceKey,
    openInstallation,
    peppers,
  ] as const;

/** All that a registry is made of. */
export interface Definitions {
  readonly operations: readonly AnyOperation[];
  readonly invariants: readonly AnyInvariant[];
}

/** HOC as a registry takes it; `describe` is that registry's own, and is asked only once it is frozen. */
export const definitionsOf = (describe: LiveRegistry['describe'], defaultMode: Mode = 'STRICT'): Definitions => ({
  operations: operations({ describe, defaultMode }),
  invariants,
});
