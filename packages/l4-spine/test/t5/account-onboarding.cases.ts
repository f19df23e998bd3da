import { ATTEST_PERMISSION } from '@hoc/l5-engines/api-keys/authenticate-service-key';
import { newType, removeType } from './integrations.steps.ts';
import { expire } from './key-states.ts';
import {
  attestBy, carrierOf, confirmBy, force, keyOf, newcomer, newNonce, onboarding, plantState, sentToken, type Newcomer, type OnboardingState,
} from './onboarding-states.ts';
import type { Negative, Positive } from './proof.ts';
import { archiveProject, handMade, INACTIVE, onKey, onTenant, suspend, type Ask, type Cast, type Stage } from './stage.ts';
import { NOBODY } from './tenant.cases.ts';

const AHEAD = ['CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED'] as const satisfies readonly OnboardingState[];

type Arrange = (stage: Stage) => Promise<Ask>;
type Changed = (stage: Stage, tenant: Newcomer) => Promise<unknown>;

const rule = 'BI-ONBOARD-002';
const outOfTurn = (what: string, says: string, arrange: Arrange): Negative => ({ rule, what, status: 409, says, monitored: 'NOT_NEXT_STEP', arrange });
const unshown = (what: string, says: string, arrange: Arrange): Negative => ({ rule, what, status: 409, says, monitored: 'EVIDENCE_MISSING', arrange });

/** A confirmation of a CREATED tenant's address, once something has been done to the token that was sent. */
const confirmAfter = (change: Changed): Arrange => async (stage) => {
  const tenant = await newcomer(stage, 'CREATED');
  const token = await sentToken(stage, tenant);
  await change(stage, tenant);
  return confirmBy(tenant, token);
};

/** An attestation of an API_KEY_CREATED tenant, once something has been done to what it stands on. */
const attestAfter = (change: Changed): Arrange => async (stage) => {
  const tenant = await newcomer(stage, 'API_KEY_CREATED');
  const ask = attestBy(await carrierOf(stage, keyOf(tenant)), await newNonce(stage, tenant));
  await change(stage, tenant);
  return ask;
};

/** An advance of a tenant whose contact is confirmed and whose one service key is as `change` left it. */
const advanceAfter = (change: Changed): Arrange => async (stage) => {
  const tenant = await newcomer(stage, 'API_KEY_CREATED');
  await plantState(stage, tenant, 'IDENTITY_VERIFIED');
  await change(stage, tenant);
  return onboarding(tenant, 'advance');
};

const NO_TOKEN = 'the token is none that confirms the contact address now';
const NO_NONCE = 'the nonce is none that can be answered now';
const NO_KEY = "the request carries no service key of the tenant's that verifies now";

const tenantsNotInUse: readonly Negative[] = [
  ...INACTIVE.map((status): Negative => ({
    rule, what: `a confirmation for a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: status === 'CREATING' ? 'NOT_FOUND' : 'COMMITTED',
    arrange: async (stage) => onboarding(await stage.tenant({ status }), 'request_confirmation'),
  })),
  {
    rule, what: 'confirming the address of a SUSPENDED tenant', status: 409, says: 'the tenant is SUSPENDED', monitored: 'COMMITTED',
    arrange: confirmAfter((stage, tenant) => stage.do(suspend(stage, tenant))),
  },
  {
    rule, what: 'forcing a TERMINATED tenant', status: 409, says: 'the tenant is TERMINATED', monitored: 'COMMITTED',
    arrange: async (stage) => force(stage, await stage.tenant({ status: 'TERMINATED' })),
  },
  {
    rule, what: 'a step of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async () => onboarding({ admin: handMade(NOBODY) }, 'advance'),
  },
  {
    rule, what: 'forcing a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND', arrange: async (stage) => force(stage, { id: NOBODY }),
  },
];

const confirmations: readonly Negative[] = [
  unshown('a token that nobody was sent', NO_TOKEN, async (stage) => confirmBy(await newcomer(stage, 'CREATED'), 'hoc_contact_00000000000000000000000000000000')),
  unshown("another tenant's token", NO_TOKEN, async (stage) => confirmBy(await newcomer(stage, 'CREATED'), await sentToken(stage, await newcomer(stage, 'CREATED')))),
  unshown('a token that has expired', NO_TOKEN, confirmAfter((stage, { id }) => stage.db.asOwner('update contact_confirmations set expires_at = created_at where tenant_id = $1', [id]))),
  unshown('a token that was used, of a tenant that was set back', NO_TOKEN, confirmAfter(async (stage, tenant) => {
    await stage.do(confirmBy(tenant, await sentToken(stage, tenant)));
    await plantState(stage, tenant, 'CREATED');
  })),
  unshown('a token that went to another address', NO_TOKEN, confirmAfter((stage, { id }) => stage.db.asOwner(`update tenants set contact_email = 'new@example.com' where tenant_id = $1`, [id]))),
  outOfTurn('confirming the address twice', 'the onboarding is IDENTITY_VERIFIED, and confirming the contact address is not its next step', confirmAfter(
    async (stage, tenant) => stage.do(confirmBy(tenant, await sentToken(stage, tenant))),
  )),
  {
    rule, what: 'another token for an address that is confirmed', status: 409, says: 'the contact address is confirmed already', monitored: 'COMMITTED',
    arrange: async (stage) => onboarding(await newcomer(stage, 'IDENTITY_VERIFIED'), 'request_confirmation'),
  },
];

const advances: readonly Negative[] = [
  unshown('advancing from CREATED', 'the contact address is not confirmed', async (stage) => onboarding(await newcomer(stage, 'CREATED'), 'advance')),
  unshown('advancing without a service key', 'the tenant has no service key in use', async (stage) => onboarding(await newcomer(stage, 'IDENTITY_VERIFIED'), 'advance')),
  unshown('advancing with a revoked key', 'the tenant has no service key in use', advanceAfter((stage, tenant) => stage.do(onKey(tenant, 'revoke', keyOf(tenant).id)))),
  unshown('advancing with an expired key', 'the tenant has no service key in use', advanceAfter((stage, tenant) => expire(stage, tenant, keyOf(tenant).id))),
  unshown('advancing without an attestation', 'no SDK has attested', async (stage) => onboarding(await newcomer(stage, 'API_KEY_CREATED'), 'advance')),
  outOfTurn('advancing to COMPLETE', 'the onboarding is SDK_CONNECTED, and advancing is not its next step: that is complete', async (stage) => onboarding(await newcomer(stage, 'SDK_CONNECTED'), 'advance')),
  outOfTurn('advancing past COMPLETE', 'the onboarding is COMPLETE', async (stage) => onboarding(await newcomer(stage, 'COMPLETE'), 'advance')),
];

const attestations: readonly Negative[] = [
  ...(['CREATED', 'IDENTITY_VERIFIED', 'SDK_CONNECTED'] as const).map((state) =>
    outOfTurn(`an attestation when the onboarding is ${state}`, `the onboarding is ${state}, and the attestation of an SDK is not its next step`, attestAfter((stage, tenant) => plantState(stage, tenant, state)))),
  unshown('a nonce that nobody was given', NO_NONCE, async (stage) => attestBy(await carrierOf(stage, keyOf(await newcomer(stage, 'API_KEY_CREATED'))), 'nobody')),
  unshown("another tenant's nonce", NO_NONCE, async (stage) =>
    attestBy(await carrierOf(stage, keyOf(await newcomer(stage, 'API_KEY_CREATED'))), await newNonce(stage, await newcomer(stage, 'API_KEY_CREATED')))),
  unshown('a nonce that has expired', NO_NONCE, attestAfter((stage, { id }) => stage.db.asOwner('update attestation_challenges set expires_at = created_at where tenant_id = $1', [id]))),
  unshown('a nonce that was answered, of a tenant that was set back', NO_NONCE, async (stage) => {
    const tenant = await newcomer(stage, 'API_KEY_CREATED');
    const ask = attestBy(await carrierOf(stage, keyOf(tenant)), await newNonce(stage, tenant));
    await stage.do(ask);
    await plantState(stage, tenant, 'API_KEY_CREATED');
    return ask;
  }),
  unshown('an attestation by a key that was revoked meanwhile', NO_KEY, attestAfter((stage, tenant) => stage.do(onKey(tenant, 'revoke', keyOf(tenant).id)))),
  unshown('an attestation by a key that was frozen meanwhile', NO_KEY, attestAfter((stage, tenant) => stage.do(onKey(tenant, 'freeze', keyOf(tenant).id)))),
  unshown('an attestation by a key that has expired meanwhile', NO_KEY, attestAfter((stage, tenant) => expire(stage, tenant, keyOf(tenant).id))),
  unshown('an attestation by a key whose project was archived meanwhile', NO_KEY, async (stage) => {
    const tenant = await newcomer(stage, 'API_KEY_CREATED');
    const projectId = await stage.project(tenant);
    const ask = attestBy(await carrierOf(stage, await stage.key(tenant, { projectId })), await newNonce(stage, tenant));
    await stage.do(archiveProject(tenant, projectId));
    return ask;
  }),
  unshown('an attestation by a management key, had it the permission', NO_KEY, async (stage) => {
    const tenant = await newcomer(stage, 'API_KEY_CREATED');
    return attestBy({ ...tenant.admin, permissions: new Set([ATTEST_PERMISSION]) }, await newNonce(stage, tenant));
  }),
  {
    rule, what: 'another nonce once an SDK is connected', status: 409, says: 'an SDK is connected already', monitored: 'COMMITTED',
    arrange: async (stage) => onboarding(await newcomer(stage, 'SDK_CONNECTED'), 'create_challenge'),
  },
  outOfTurn('forcing what is COMPLETE', 'the onboarding is COMPLETE already', async (stage) => force(stage, await newcomer(stage, 'COMPLETE'))),
];

/** COMPLETE of a tenant that had everything, once something of it is gone. */
const incomplete = (what: string, says: string, change: Changed): Negative => ({
  rule: 'BI-ONBOARD-001', what, status: 409, says, monitored: 'COMMITTED',
  arrange: async (stage) => {
    const tenant = await newcomer(stage, 'SDK_CONNECTED');
    await change(stage, tenant);
    return onboarding(tenant, 'complete');
  },
});

export const archiveAll = async (stage: Stage, tenant: Cast): Promise<void> => {
  const projects = await stage.db.asOwner<{ id: string }>(`select id from projects where tenant_id = $1 and status = 'ACTIVE'`, [tenant.id]);
  for (const { id } of projects) await stage.do(archiveProject(tenant, id));
};

const integration = (set: string): Changed => (stage, { id }) => stage.db.asOwner(`update integrations set ${set} where tenant_id = $1`, [id]);
const NO_PROJECT = 'project_ready (an ACTIVE project)';
const NO_SERVICE_KEY = 'key_ready (a service key that would verify now)';
const NO_CONNECTOR = 'connector_validated (an ENABLED integration whose last probe succeeded)';

const predicates: readonly Negative[] = [
  incomplete('COMPLETE without an ACTIVE project', NO_PROJECT, archiveAll),
  incomplete('COMPLETE after the last key was revoked', NO_SERVICE_KEY, (stage, tenant) => stage.do(onKey(tenant, 'revoke', keyOf(tenant).id))),
  incomplete('COMPLETE while the last key is frozen', NO_SERVICE_KEY, (stage, tenant) => stage.do(onKey(tenant, 'freeze', keyOf(tenant).id))),
  incomplete('COMPLETE after the last key expired', NO_SERVICE_KEY, (stage, tenant) => expire(stage, tenant, keyOf(tenant).id)),
  incomplete('COMPLETE on a key of an archived project', NO_SERVICE_KEY, async (stage, tenant) => {
    const projectId = await stage.project(tenant);
    await stage.key(tenant, { projectId });
    await stage.do(onKey(tenant, 'revoke', keyOf(tenant).id));
    await stage.do(archiveProject(tenant, projectId));
  }),
  incomplete('COMPLETE of a SUSPENDED tenant, whose keys do not verify', NO_SERVICE_KEY, (stage, tenant) => stage.do(onTenant(stage, 'suspend_tenant', tenant))),
  incomplete('COMPLETE without an integration', NO_CONNECTOR, integration('deleted_at = now()')),
  incomplete('COMPLETE on a DISABLED integration', NO_CONNECTOR, integration(`status = 'DISABLED'`)),
  incomplete('COMPLETE on an integration in ERROR', NO_CONNECTOR, integration(`status = 'ERROR'`)),
  incomplete('COMPLETE on an integration whose last probe failed', NO_CONNECTOR, integration(`last_probe_ok = false, health = 'FAILING'`)),
  incomplete('COMPLETE on an integration that was never probed', NO_CONNECTOR, integration(`last_probe_ok = null, checked_at = null, probed_revision = null, health = 'UNKNOWN'`)),
  incomplete('COMPLETE on an integration that was probed by another definition of its type', NO_CONNECTOR, integration('probed_revision = 0')),
  incomplete('COMPLETE on an integration of a type that is not registered', NO_CONNECTOR, async (stage, { id }) => {
    const type = await newType(stage);
    await stage.do(removeType(stage, type));
    await stage.db.asOwner(`update integrations set connector_type = $2, probed_revision = (select revision from connector_types where name = $2) where tenant_id = $1`, [id, type]);
  }),
  incomplete('COMPLETE without an attestation', 'sdk_attested (the attestation of an SDK)', (stage, { id }) =>
    stage.db.asOwner('update attestation_challenges set used_at = null, key_id = null where tenant_id = $1', [id])),
  {
    rule: 'BI-ONBOARD-001', what: 'COMPLETE of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async () => onboarding({ admin: handMade(NOBODY) }, 'complete'),
  },
];

export const onboardingNegatives: readonly Negative[] = [...tenantsNotInUse, ...confirmations, ...advances, ...attestations, ...predicates];

export const onboardingPositives: readonly Positive[] = [
  { rules: [rule], what: 'another token for an address that is not confirmed', arrange: async (stage) => onboarding(await newcomer(stage, 'CREATED'), 'request_confirmation') },
  { rules: [rule], what: 'confirming the address by the token that provisioning sent', arrange: confirmAfter(async () => {}) },
  {
    rules: [rule], what: 'confirming the address by the first of two tokens', arrange: confirmAfter((stage, tenant) => stage.do(onboarding(tenant, 'request_confirmation'))),
  },
  {
    rules: [rule], what: 'advancing by a key from before the confirmation',
    arrange: async (stage) => {
      const tenant = await newcomer(stage, 'CREATED');
      await stage.key(tenant);
      await stage.do(confirmBy(tenant, await sentToken(stage, tenant)));
      return onboarding(tenant, 'advance');
    },
  },
  { rules: [rule], what: 'a nonce long before it is its turn', arrange: async (stage) => onboarding(await newcomer(stage, 'CREATED'), 'create_challenge') },
  { rules: [rule], what: 'an attestation by the key of a tenant in API_KEY_CREATED', arrange: attestAfter(async () => {}) },
  ...AHEAD.map((state): Positive => ({ rules: [rule], what: `forcing COMPLETE from ${state}`, arrange: async (stage) => force(stage, await newcomer(stage, state)) })),
  { rules: [rule], what: 'forcing COMPLETE of a SUSPENDED tenant', arrange: async (stage) => force(stage, await stage.tenant({ status: 'SUSPENDED' })) },
  { rules: ['BI-ONBOARD-001'], what: 'COMPLETE of a tenant that has everything', arrange: async (stage) => onboarding(await newcomer(stage, 'SDK_CONNECTED'), 'complete') },
];
