import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { expectOk } from '@hoc/testbed/composed';
import { sentContactToken } from '@hoc/testbed/contact-token';
import { byAdmin, type Ask, type Cast, type MadeKey, type Stage } from './stage.ts';

export type OnboardingState = 'CREATED' | 'IDENTITY_VERIFIED' | 'API_KEY_CREATED' | 'SDK_CONNECTED' | 'COMPLETE';
type OwnMethod = 'request_confirmation' | 'advance' | 'create_challenge' | 'complete';

/** A step that presents nothing, as the tenant's admin asks for it. */
export const onboarding = (tenant: Pick<Cast, 'admin'>, method: OwnMethod): Ask => byAdmin(tenant, 'account_onboarding.write', method);
export const confirmBy = (tenant: Pick<Cast, 'admin'>, token: string): Ask => byAdmin(tenant, 'account_onboarding.write', 'confirm_contact', { token });
export const attestBy = (principal: Principal, nonce: string): Ask => ({ address: 'account_onboarding.write', method: 'attest_sdk', principal, input: { nonce } });
export const force = (stage: Stage, { id }: Pick<Cast, 'id'>): Ask => stage.byOperator('account_onboarding.write', 'force_complete', { reason: 'as the proof has it' }, id);

/** The token that the newest event of a confirmation brings to the contact address, as the mail has it. */
export const sentToken = ({ db, composed: { vault } }: Stage, { id }: Pick<Cast, 'id'>): Promise<string> => sentContactToken({ db, vault }, id);

/** The principal of a service key, as the attestation's route has it. */
export async function carrierOf(stage: Stage, { token }: Pick<MadeKey, 'token'>): Promise<Principal> {
  const found = await stage.composed.registry.execute('auth.query', { method: 'authenticate_service_key', principal: null, input: { token, address: '127.0.0.1' } });
  const { permissions, ...principal } = expectOk<Omit<Principal, 'permissions'> & { readonly permissions: readonly string[] }>(found);
  return { ...principal, permissions: new Set(permissions) };
}

export const newNonce = async (stage: Stage, tenant: Pick<Cast, 'admin'>): Promise<string> => (await stage.do<{ nonce: string }>(onboarding(tenant, 'create_challenge'))).nonce;

/** An ENABLED integration whose last probe succeeded, past HOC. */
export async function plantIntegration(stage: Stage, { id }: Pick<Cast, 'id'>): Promise<string> {
  const [row] = await stage.db.asOwner<{ id: string }>(
    `insert into integrations (tenant_id, id, connector_type, name, name_folded, config, status, health, checked_at, last_probe_ok, probed_revision, created_by, created_at, updated_at, version)
      values ($1, 'int_' || md5(random()::text), 'HTTP', 'a provider ' || random(), 'a provider ' || random(), '{}', 'ENABLED', 'HEALTHY', now(), true, 1, '{"plane": "cus", "id": "key_1", "name": "x"}', now(), now(), 1)
      returning id`, [id],
  );
  await stage.db.asOwner(`update tenant_counters set value = value + 1 where tenant_id = $1 and counter = 'LIVE_INTEGRATIONS'`, [id]);
  return row?.id ?? '';
}

/** Writes a state past HOC, with nothing recorded of how it came about: for states that a life leads to only once. */
export async function plantState(stage: Stage, { id }: Pick<Cast, 'id'>, state: OnboardingState): Promise<void> {
  await stage.db.asOwner('update onboarding set state = $2, completed_at = null, completed_by = null, forced_reason = null where tenant_id = $1', [id, state]);
  await stage.db.asOwner('delete from onboarding_evidence where tenant_id = $1', [id]);
}

/** A tenant on its way, and the last service key that it made, if it has come so far. */
export interface Newcomer extends Cast {
  readonly key: MadeKey | null;
}

const WAY: readonly OnboardingState[] = ['CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED', 'COMPLETE'];

/** A tenant that was taken to this state by the steps that lead there, all predicates of COMPLETE included from SDK_CONNECTED on. */
export async function newcomer(stage: Stage, state: OnboardingState, plan?: string): Promise<Newcomer> {
  const tenant = await stage.tenant(plan === undefined ? {} : { plan });
  const isPast = (step: OnboardingState): boolean => WAY.indexOf(state) >= WAY.indexOf(step);
  if (isPast('IDENTITY_VERIFIED')) await stage.do(confirmBy(tenant, await sentToken(stage, tenant)));
  const key = isPast('API_KEY_CREATED') ? await stage.key(tenant) : null;
  if (key !== null && isPast('SDK_CONNECTED')) {
    await stage.do(attestBy(await carrierOf(stage, key), await newNonce(stage, tenant)));
    await plantIntegration(stage, tenant);
  }
  if (isPast('COMPLETE')) await stage.do(onboarding(tenant, 'complete'));
  return { ...tenant, key };
}

/** The key of a tenant that has come so far as to have one. */
export const keyOf = ({ key }: Newcomer): MadeKey => {
  if (key === null) throw new Error('the newcomer has made no service key yet');
  return key;
};

export const storedState = async (stage: Stage, { id }: Pick<Cast, 'id'>): Promise<string | undefined> =>
  (await stage.db.asOwner<{ state: string }>('select state from onboarding where tenant_id = $1', [id]))[0]?.state;

/** What is recorded of why the steps were taken, in their order. */
export const storedEvidence = (stage: Stage, { id }: Pick<Cast, 'id'>): Promise<{ readonly step: string; readonly kind: string; readonly subject: string | null }[]> =>
  stage.db.asOwner('select step, kind, subject from onboarding_evidence where tenant_id = $1 order by at, id', [id]);
