import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import {
  attestBy, carrierOf, confirmBy, force, keyOf, newcomer, newNonce, onboarding, plantState, sentToken, storedEvidence, storedState,
} from './onboarding-states.ts';
import { entriesOf, snapshot } from './records.ts';
import { byAdmin, onKey, suspend, type Cast, type Stage } from './stage.ts';

interface Seen {
  readonly state: string;
  readonly nextStep: { readonly leadsTo: string; readonly method: string; readonly isReady: boolean } | null;
  readonly predicates: readonly { readonly name: string; readonly holds: boolean; readonly evidence: readonly string[]; readonly missing: string | null }[];
  readonly evidence: readonly { readonly kind: string; readonly subject: string | null }[];
}

/** Proves what each step leaves, what the read says of it, and that nobody else moves an onboarding. */
export function stepsLead(stage: () => Stage): void {
  const see = (tenant: Pick<Cast, 'admin'>): Promise<Seen> => stage().do<Seen>(byAdmin(tenant, 'account_onboarding.query', 'get'));
  const eventsOf = ({ id }: Cast): Promise<{ readonly type: string; readonly payload: Readonly<Record<string, unknown>> }[]> =>
    stage().db.asOwner(`select type, payload from outbox_events where tenant_id = $1 and type like 'onboarding.%' order by seq, ordinal`, [id]);

  describe('a newcomer', () => {
    test('comes to COMPLETE step by step, each with its evidence and its event, and reads at each what is next', async () => {
      const on = stage();
      const tenant = await newcomer(on, 'CREATED');
      expect(await see(tenant)).toMatchObject({ state: 'CREATED', nextStep: { leadsTo: 'IDENTITY_VERIFIED', method: 'confirm_contact', isReady: false }, evidence: [] });
      await on.do(confirmBy(tenant, await sentToken(on, tenant)));
      expect(await see(tenant)).toMatchObject({ state: 'IDENTITY_VERIFIED', nextStep: { leadsTo: 'API_KEY_CREATED', method: 'advance', isReady: false } });
      const key = await on.key(tenant);
      const early = await see(tenant);
      expect(early).toMatchObject({ state: 'API_KEY_CREATED', nextStep: { leadsTo: 'SDK_CONNECTED', method: 'attest_sdk' } });
      expect(early.predicates.map(({ name, holds }) => [name, holds])).toEqual([
        ['project_ready', true], ['key_ready', true], ['connector_validated', false], ['sdk_attested', false],
      ]);
      expect(early.predicates).toContainEqual({ name: 'key_ready', holds: true, evidence: [key.id], missing: null });
      expect(early.predicates).toContainEqual({ name: 'sdk_attested', holds: false, evidence: [], missing: 'the attestation of an SDK' });
      await on.do(attestBy(await carrierOf(on, key), await newNonce(on, tenant)));
      expect(await see(tenant)).toMatchObject({ state: 'SDK_CONNECTED', nextStep: { leadsTo: 'COMPLETE', method: 'complete', isReady: false } });
      const whole = await newcomer(on, 'SDK_CONNECTED');
      expect(await see(whole)).toMatchObject({ state: 'SDK_CONNECTED', nextStep: { leadsTo: 'COMPLETE', isReady: true } });
      await on.do(onboarding(whole, 'complete'));
      const done = await see(whole);
      expect(done).toMatchObject({ state: 'COMPLETE', nextStep: null, completedBy: { plane: 'cus', id: whole.admin.id }, forcedReason: null });
      expect(done.evidence.map(({ kind }) => kind)).toEqual(['CONTACT_CONFIRMED', 'SERVICE_KEY_CREATED', 'SDK_ATTESTED', 'PREDICATES_HELD']);
      expect((await eventsOf(whole)).map(({ type }) => type)).toEqual([
        'onboarding.contact_confirmation_requested', 'onboarding.advanced', 'onboarding.advanced', 'onboarding.advanced', 'onboarding.completed',
      ]);
    });

    test('stands at API_KEY_CREATED in the very transaction that made the first service key, with that key as its evidence', async () => {
      const tenant = await newcomer(stage(), 'IDENTITY_VERIFIED');
      const [management] = [await stage().key(tenant, { permissions: ['hoc:keys.read'] })];
      expect(await storedState(stage(), tenant)).toBe('IDENTITY_VERIFIED');
      const { result, requestId } = await stage().ask(byAdmin(tenant, 'api_keys.write', 'create', { name: 'first', environment: 'live', permissions: ['docs:read'] }));
      const { key } = expectOk<{ key: { id: string } }>(result);
      expect(key.id).not.toBe(management?.id);
      expect(await entriesOf(stage().db, requestId)).toHaveLength(1);
      expect(await storedEvidence(stage(), tenant)).toContainEqual({ step: 'API_KEY_CREATED', kind: 'SERVICE_KEY_CREATED', subject: key.id });
      await stage().key(tenant);
      expect((await storedEvidence(stage(), tenant)).filter(({ kind }) => kind === 'SERVICE_KEY_CREATED')).toHaveLength(1);
    });

    test('whose first service key is refused has not moved either', async () => {
      const tenant = await newcomer(stage(), 'IDENTITY_VERIFIED');
      const rows = await snapshot(stage().db);
      const refused = await stage().ask(byAdmin(tenant, 'api_keys.write', 'create', { name: 'x', environment: 'live', permissions: ['docs:read'], projectId: 'prj_nobody' }));
      expect(expectDenied(refused.result).code).toBe('NOT_FOUND');
      expect(await snapshot(stage().db)).toBe(rows);
      expect(await storedState(stage(), tenant)).toBe('IDENTITY_VERIFIED');
    });

    test('never goes back: neither a revoked key nor an archived project nor a disabled integration moves what was reached', async () => {
      const tenant = await newcomer(stage(), 'COMPLETE');
      await stage().do(onKey(tenant, 'revoke', keyOf(tenant).id));
      await stage().do(suspend(stage(), tenant));
      expect(await see(tenant)).toMatchObject({ state: 'COMPLETE', nextStep: null });
    });

    test('that completes twice is refused, and what is recorded of the first time stays', async () => {
      const tenant = await newcomer(stage(), 'COMPLETE');
      const rows = await snapshot(stage().db);
      expect(expectDenied((await stage().ask(onboarding(tenant, 'complete'))).result)).toMatchObject({ code: 'NOT_NEXT_STEP', status: 409 });
      expect(await snapshot(stage().db)).toBe(rows);
    });

    test.each(['CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED'] as const)('that has everything, but stands at %s, is not COMPLETE: no step is skipped', async (state) => {
      const tenant = await newcomer(stage(), 'SDK_CONNECTED');
      await plantState(stage(), tenant, state);
      expect(expectDenied((await stage().ask(onboarding(tenant, 'complete'))).result)).toMatchObject({ code: 'NOT_NEXT_STEP', status: 409 });
      expect(await storedState(stage(), tenant)).toBe(state);
    });
  });

  describe('an operator', () => {
    test('who forces COMPLETE is named, with the reason, and nothing is taken for shown', async () => {
      const on = stage();
      const tenant = await newcomer(on, 'IDENTITY_VERIFIED');
      await on.do(force(on, tenant));
      const seen = await on.do<Seen>(on.byOperator('account_onboarding.query', 'get', {}, tenant.id));
      expect(seen).toMatchObject({ state: 'COMPLETE', completedBy: { plane: 'fdr', id: on.operator.id }, forcedReason: 'as the proof has it' });
      expect(seen.evidence.map(({ kind }) => kind)).toEqual(['CONTACT_CONFIRMED', 'FORCED']);
      expect(seen.predicates.filter(({ holds }) => holds).map(({ name }) => name)).toEqual(['project_ready']);
    });

    test('lists those who stand still, the longest first, and no one who is COMPLETE or ended', async () => {
      const on = stage();
      const [old, young, done, ended] = [await newcomer(on, 'CREATED'), await newcomer(on, 'IDENTITY_VERIFIED'), await newcomer(on, 'COMPLETE'), await on.tenant({ status: 'TERMINATED' })];
      for (const [{ id }, days] of [[old, 30], [young, 20], [done, 40], [ended, 50]] as const) {
        await on.db.asOwner(`update onboarding set updated_at = date_trunc('milliseconds', now()) - make_interval(days => $2) where tenant_id = $1`, [id, days]);
      }
      const listed = (input: object) => on.do<{ items: readonly { tenantId: string }[]; nextCursor: string | null }>(on.byOperator('account_onboarding.query', 'stalled', input));
      expect((await listed({ idleSeconds: 10 * 86_400 })).items.map(({ tenantId }) => tenantId)).toEqual([old.id, young.id]);
      const first = await listed({ idleSeconds: 10 * 86_400, limit: 1 });
      expect(first.items).toMatchObject([{ tenantId: old.id, state: 'CREATED', tenantStatus: 'ACTIVE' }]);
      expect((await listed({ idleSeconds: 10 * 86_400, limit: 1, cursor: first.nextCursor })).items).toMatchObject([{ tenantId: young.id }]);
    });
  });

  describe('a newcomer who asks for the token again and again', () => {
    test('is sent five in 24 hours, and is told when the next one may be; each of them confirms the address', async () => {
      const on = stage();
      const tenant = await newcomer(on, 'CREATED');
      for (let more = 0; more < 4; more += 1) await on.do(onboarding(tenant, 'request_confirmation'));
      const { result, requestId } = await on.ask(onboarding(tenant, 'request_confirmation'));
      expect(result).toMatchObject({ ok: false, denial: { code: 'RATE_LIMITED', status: 429 } });
      expect(result.ok ? 0 : result.denial.retryAfterSeconds).toBeGreaterThan(86_000);
      const requests = `select 1 from outbox_events where tenant_id = $1 and type = 'onboarding.contact_confirmation_requested'`;
      expect((await on.db.asOwner(requests, [tenant.id])).length).toBe(5);
      expect(await entriesOf(on.db, requestId)).toMatchObject([{ outcome: 'DENIED' }]);
      await on.db.asOwner(`update contact_confirmations set created_at = created_at - interval '1 day' where tenant_id = $1`, [tenant.id]);
      await on.do(onboarding(tenant, 'request_confirmation'));
    });
  });

  describe('the secrets of an onboarding', () => {
    test('are in no row, answer, entry or event: neither the token of a confirmation, nor a nonce, nor by a replay', async () => {
      const on = stage();
      const tenant = await newcomer(on, 'CREATED');
      const asked = await on.ask(onboarding(tenant, 'request_confirmation'));
      const token = await sentToken(on, tenant);
      expect(token).toMatch(/^hoc_contact_[0-9A-Za-z]{32}$/);
      const challenge = { ...onboarding(tenant, 'create_challenge'), idempotencyKey: 'once' };
      const { nonce } = await on.do<{ nonce: string }>(challenge);
      const replay = await on.ask(challenge);
      expect(replay.result).toMatchObject({ ok: true, replayed: true, value: { nonce: null, nonceShown: true } });
      const tables = ['outbox_events', 'audit_entries', 'idempotency_records', 'contact_confirmations', 'attestation_challenges', 'onboarding_evidence'];
      const stored = await Promise.all(tables.map((table) => on.db.asOwner<{ row: string }>(`select r::text as "row" from ${table} as r`)));
      const texts = [JSON.stringify(asked.result), JSON.stringify(replay.result), ...stored.flat().map(({ row }) => row)].join('\n');
      expect(texts).not.toContain(token);
      expect(texts).not.toContain(nonce);
    });
  });

  describe('reading an onboarding', () => {
    test('is judged by no rule and leaves no entry, also of a SUSPENDED tenant', async () => {
      const tenant = await stage().tenant({ status: 'SUSPENDED' });
      for (const ask of [byAdmin(tenant, 'account_onboarding.query', 'get'), stage().byOperator('account_onboarding.query', 'get', {}, tenant.id), stage().byOperator('account_onboarding.query', 'stalled')]) {
        const { result, requestId } = await stage().ask(ask);
        expectOk(result);
        expect(await entriesOf(stage().db, requestId)).toEqual([]);
      }
    });
  });

  describe('a service key', () => {
    test('may attest, and nothing else: its principal holds one permission, which no management key can be given', async () => {
      const on = stage();
      const tenant = await newcomer(on, 'API_KEY_CREATED');
      const carrier = await carrierOf(on, keyOf(tenant));
      expect([carrier.plane, carrier.id, carrier.tenantId, [...carrier.permissions]]).toEqual(['cus', keyOf(tenant).id, tenant.id, ['hoc:onboarding.attest']]);
      for (const { address, method, planes, kind } of on.composed.registry.describe()) {
        if (!planes.includes('cus') || kind === 'decide' || method === 'attest_sdk') continue;
        expect(expectDenied((await on.ask({ address, method, principal: carrier, input: {} })).result), `${address} ${method}`).toMatchObject({ code: 'PERMISSION_DENIED' });
      }
      expect(expectDenied((await on.ask(attestBy(tenant.admin, await newNonce(on, tenant)))).result)).toMatchObject({ code: 'PERMISSION_DENIED' });
      expect(expectDenied((await on.ask(byAdmin(tenant, 'api_keys.write', 'create', { name: 'x', environment: 'live', permissions: ['hoc:onboarding.attest'] }))).result)).toMatchObject({ code: 'INVALID_INPUT' });
    });
  });
}
