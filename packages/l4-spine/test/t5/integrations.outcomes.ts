import type { ProbeResult, ProbeSubject } from '@hoc/l5-engines/integrations/probe';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { createIntegration, integration, newType, NEEDS_CITY, onIntegration, PLANTED, putType, removeType, rotateCredential, storedIntegration, updateIntegration } from './integrations.steps.ts';
import { snapshot } from './records.ts';
import { byAdmin, HEALTHY, suspend, type Ask, type Cast, type Registry, type Stage } from './stage.ts';

interface ToldEvent {
  readonly type: string;
  readonly payload: { readonly integration: { readonly id: string; readonly health: string; readonly status: string } };
}

/** Proves what the writes of integrations do, and what they refuse of their own. */
export function integrationsBehave(stage: () => Stage): void {
  const answering = (result: ProbeResult): Registry => stage().server({ probe: async () => result });
  const eventsOf = ({ id }: Cast): Promise<ToldEvent[]> =>
    stage().db.asOwner<ToldEvent>(`select type, payload from outbox_events where tenant_id = $1 and type like 'integration.%' order by seq, ordinal`, [id]);

  describe('a probe', () => {
    test.each([
      ['HEALTHY', { performed: true, ok: true, health: 'HEALTHY', message: 'The target answered 200.' }],
      ['DEGRADED', { performed: true, ok: false, health: 'DEGRADED', message: 'The target is in trouble (503).' }],
      ['FAILING', { performed: true, ok: false, health: 'FAILING', message: 'The target refused the credential (401).' }],
    ] as const satisfies readonly (readonly [string, ProbeResult])[])('that finds %s stores it, leaves status, version and time of change alone, and tells what is new once', async (health, result) => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const before = await stage().do<object>(byAdmin(tenant, 'integrations.query', 'get', { integrationId: id }));
      for (let time = 0; time < 2; time += 1) expectOk((await stage().ask(onIntegration(tenant, 'probe', id), answering(result))).result);
      const after = await stage().do<{ checkedAt: string }>(byAdmin(tenant, 'integrations.query', 'get', { integrationId: id }));
      expect(after).toEqual({ ...before, health, healthMessage: result.message, lastProbeOk: result.ok, checkedAt: after.checkedAt });
      expect(await stage().do(byAdmin(tenant, 'integrations.query', 'health', { integrationId: id }))).toEqual({
        integrationId: id, status: 'ENABLED', health, healthMessage: result.message, lastProbeOk: result.ok, checkedAt: after.checkedAt,
      });
      expect((await eventsOf(tenant)).filter(({ type }) => type === 'integration.health_changed').map(({ payload }) => [payload.integration.id, payload.integration.health])).toEqual([[id, health]]);
    });

    test('for which there was no room says nothing of the target: what is stored stays', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const rows = await snapshot(stage().db);
      const { result } = await stage().ask(onIntegration(tenant, 'probe', id), answering({ performed: false, message: 'Too many requests are under way.' }));
      expect(expectDenied(result)).toMatchObject({ code: 'PROBE_NOT_SENT', status: 409, detail: 'Too many requests are under way.' });
      expect(await snapshot(stage().db)).toBe(rows);
    });

    test('gets the credential and the config with its defaults, and the definition of the type as it is now', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'CREATED', { config: { organization: 'acme' } });
      const subjects: ProbeSubject[] = [];
      const registry = stage().server({ probe: async (subject) => (subjects.push(subject), HEALTHY) });
      expectOk((await stage().ask(onIntegration(tenant, 'probe', id), registry)).result);
      expect(subjects).toMatchObject([{ tenantId: tenant.id, config: { organization: 'acme', baseUrl: 'https://api.openai.com/v1' }, definition: { method: 'GET', url: '{baseUrl}/models' } }]);
      expect(subjects[0]?.credential?.reveal()).toBe(PLANTED);
    });

    const unusable: readonly (readonly [what: string, spoil: (tenant: Cast, id: string, type: string) => Promise<unknown>, says: string])[] = [
      ['whose type was removed', (_tenant, _id, type) => stage().do(removeType(stage(), type)), 'not registered any more'],
      ['whose config no longer satisfies its schema', (_tenant, _id, type) => stage().do(putType(stage(), type, NEEDS_CITY)), 'does not satisfy the schema'],
      [
        'whose credential cannot be read', ({ id: tenantId }, id) => stage().db.asOwner(`update integrations set sealed_credential = 'A' || sealed_credential where tenant_id = $1 and id = $2`, [tenantId, id]),
        'cannot be read',
      ],
    ];
    test.each(unusable)('of an integration %s sends nothing and takes it to ERROR, from where only enabling leads back', async (_what, spoil, says) => {
      const [tenant, type] = [await stage().tenant(), await newType(stage())];
      const id = await integration(stage(), tenant, 'ENABLED', { connectorType: type });
      await spoil(tenant, id, type);
      let sent = 0;
      const registry = stage().server({ probe: async () => ((sent += 1), HEALTHY) });
      const probed = expectOk<{ healthMessage: string }>((await stage().ask(onIntegration(tenant, 'probe', id), registry)).result);
      expect(probed).toMatchObject({ status: 'ERROR', health: 'FAILING', lastProbeOk: false });
      expect([probed.healthMessage.includes(says), sent]).toEqual([true, 0]);
      await stage().do(putType(stage(), type));
      await stage().do(rotateCredential(tenant, id));
      expect(await stage().do(onIntegration(tenant, 'probe', id))).toMatchObject({ status: 'ERROR', health: 'HEALTHY' });
      expect(await stage().do(onIntegration(tenant, 'enable', id))).toMatchObject({ status: 'ENABLED', health: 'UNKNOWN', healthMessage: null, checkedAt: null, lastProbeOk: null });
    });

    test('that an earlier one has overtaken changes nothing', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      await stage().do(onIntegration(tenant, 'probe', id));
      const earlier = stage().server({ clock: () => new Date(Date.now() - 60_000), probe: async () => ({ performed: true, ok: false, health: 'FAILING', message: 'late' }) });
      expect(expectOk((await stage().ask(onIntegration(tenant, 'probe', id), earlier)).result)).toMatchObject({ health: 'HEALTHY' });
      expect(await storedIntegration(stage(), tenant, id)).toMatchObject({ health: 'HEALTHY', lastProbeOk: true });
    });
  });

  test('a probe of a tenant that is SUSPENDED sends nothing', async () => {
    const tenant = await stage().tenant();
    const id = await integration(stage(), tenant, 'ENABLED');
    await stage().do(suspend(stage(), tenant));
    let sent = 0;
    const registry = stage().server({ probe: async () => ((sent += 1), HEALTHY) });
    expect(expectDenied((await stage().ask(onIntegration(tenant, 'probe', id), registry)).result)).toMatchObject({ code: 'INVARIANT_VIOLATION', violations: [{ invariantId: 'BI-INTEG-005' }] });
    await stage().inMode(['BI-INTEG-005'], 'MONITOR', tenant.id, async () => {
      expect(expectDenied((await stage().ask(onIntegration(tenant, 'probe', id), registry)).result).code).toBe('STEP_REFUSED');
    });
    expect(sent).toBe(0);
  });

  describe('a change', () => {
    test('of config or credential makes what was found before void; a new name does not', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const probed = (): Promise<unknown> => stage().do(onIntegration(tenant, 'probe', id));
      await probed();
      expect(await stage().do(updateIntegration(tenant, id, { version: 2, name: 'other' }))).toMatchObject({ health: 'HEALTHY', name: 'other', version: 3 });
      expect(await stage().do(updateIntegration(tenant, id, { version: 3, config: { organization: 'b' } }))).toMatchObject({ health: 'UNKNOWN', checkedAt: null, lastProbeOk: null, status: 'ENABLED' });
      await probed();
      expect(await stage().do(rotateCredential(tenant, id, 'sk-other'))).toMatchObject({ health: 'UNKNOWN', checkedAt: null, lastProbeOk: null, version: 5 });
    });

    test('at another version than the stored one is refused', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant);
      expect(expectDenied((await stage().ask(updateIntegration(tenant, id, { version: 2, name: 'x' }))).result)).toMatchObject({ code: 'VERSION_CONFLICT', status: 409 });
    });

    test('each tells its event, and a deletion gives name and place free', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'DISABLED', { name: 'A name' });
      await stage().do(updateIntegration(tenant, id, { version: 3, name: 'B name' }));
      await stage().do(rotateCredential(tenant, id));
      await stage().do(onIntegration(tenant, 'delete', id));
      expect((await eventsOf(tenant)).map(({ type }) => type)).toEqual([
        'integration.created', 'integration.enabled', 'integration.disabled', 'integration.updated', 'integration.credential_rotated', 'integration.deleted',
      ]);
      expect(expectDenied((await stage().ask(byAdmin(tenant, 'integrations.query', 'get', { integrationId: id }))).result).code).toBe('NOT_FOUND');
      for (let made = 0; made < 3; made += 1) await stage().do(createIntegration(tenant, made === 0 ? { name: 'b NAME' } : {}));
      expect(expectDenied((await stage().ask(createIntegration(tenant))).result)).toMatchObject({ code: 'PLAN_LIMIT', status: 409 });
    });
  });

  describe('bad input writes nothing:', () => {
    const ofNew: readonly (readonly [what: string, input: object, code: string, path: string | null])[] = [
      ['an unknown connector type', { connectorType: 'NOBODY' }, 'INVALID_INPUT', '/connectorType'],
      ['a config that the schema refuses', { config: { organization: 5 } }, 'INVALID_INPUT', '/config/organization'],
      ['a member that the schema does not know', { config: { apiKey: 'x' } }, 'INVALID_INPUT', '/config/apiKey'],
      ['a config that is too large', { config: { organization: 'x'.repeat(5000) } }, 'INVALID_INPUT', '/config'],
      ['a blank name', { name: ' \t' }, 'INVALID_INPUT', '/name'],
      ['a name of which nothing is seen', { name: '\u3164\u2800' }, 'INVALID_INPUT', '/name'],
      ['a name that is shown as another', { name: 'taken\u202e' }, 'INVALID_INPUT', '/name'],
      ['a name that is taken', { name: 'TAKEN' }, 'NAME_TAKEN', null],
      ['a name that is taken, with something in it that is not seen', { name: 'tak\ufe0fen\u200d' }, 'NAME_TAKEN', null],
      ['a missing credential', { credential: null }, 'INVALID_INPUT', '/credential'],
      ['an oversize credential', { credential: 'x'.repeat(4097) }, 'INVALID_INPUT', '/credential'],
      ['a credential that would split a header', { credential: 'x\r\nhost: evil' }, 'INVALID_INPUT', '/credential'],
      ['plain HTTP', { config: { baseUrl: 'http://api.example.com' } }, 'INVALID_INPUT', '/config/baseUrl'],
      ['a URL with credentials', { config: { baseUrl: 'https://me:hunter2@api.example.com' } }, 'INVALID_INPUT', '/config/baseUrl'],
      ['a private address', { config: { baseUrl: 'https://10.0.0.1' } }, 'INVALID_INPUT', '/config/baseUrl'],
      ['a private address in an odd spelling', { config: { baseUrl: 'https://0x0a000001' } }, 'INVALID_INPUT', '/config/baseUrl'],
      ['a mapped IPv6 literal', { config: { baseUrl: 'https://[::ffff:127.0.0.1]' } }, 'INVALID_INPUT', '/config/baseUrl'],
      ['a host that looks like another', { config: { baseUrl: 'https://аpi.example.com' } }, 'INVALID_INPUT', '/config/baseUrl'],
      ['a webhook URL that is none', { connectorType: 'SLACK_WEBHOOK', credential: 'xoxb-hunter2' }, 'INVALID_INPUT', '/credential'],
      ['an unknown field', { secret: 'x' }, 'INVALID_INPUT', '/secret'],
    ];
    test.each(ofNew)('%s', async (_what, input, code, path) => {
      const tenant = await stage().tenant();
      await stage().do(createIntegration(tenant, { name: 'taken' }));
      const rows = await snapshot(stage().db);
      const { errors, data, ...denial } = expectDenied((await stage().ask(createIntegration(tenant, input))).result);
      expect(denial).toMatchObject({ code, status: code === 'INVALID_INPUT' ? 400 : 409 });
      const told = (errors ?? (data?.['errors'] as readonly { path: string }[] | undefined) ?? []).map((error) => error.path);
      if (path !== null) expect(told).toEqual([path]);
      expect(JSON.stringify({ errors, data, denial })).not.toContain('hunter2');
      expect(await snapshot(stage().db)).toBe(rows);
    });

    const changes: readonly (readonly [what: string, ask: (tenant: Cast, id: string) => Ask, code: string])[] = [
      ['a change to a bad config', (tenant, id) => updateIntegration(tenant, id, { version: 1, config: { baseUrl: 'https://127.0.0.1' } }), 'INVALID_INPUT'],
      ['a change to a name that is taken', (tenant, id) => updateIntegration(tenant, id, { version: 1, name: 'Taken' }), 'NAME_TAKEN'],
      ['a change of the type', (tenant, id) => updateIntegration(tenant, id, { version: 1, connectorType: 'HTTP' }), 'INVALID_INPUT'],
      ['no credential where one is needed', (tenant, id) => rotateCredential(tenant, id, null), 'INVALID_INPUT'],
      ['an empty credential', (tenant, id) => rotateCredential(tenant, id, ''), 'INVALID_INPUT'],
      ['enabling twice', (tenant, id) => onIntegration(tenant, 'enable', id), 'ALREADY_ENABLED'],
    ];
    test.each(changes)('%s', async (what, ask, code) => {
      const tenant = await stage().tenant();
      await stage().do(createIntegration(tenant, { name: 'taken' }));
      const id = await integration(stage(), tenant, what === 'enabling twice' ? 'ENABLED' : 'CREATED');
      const rows = await snapshot(stage().db);
      expect(expectDenied((await stage().ask(ask(tenant, id))).result).code).toBe(code);
      expect(await snapshot(stage().db)).toBe(rows);
    });

    test.each([
      ['a schema that leads out of itself', { configSchema: { type: 'object', additionalProperties: false, properties: { a: { $ref: 'https://evil.example/s.json' } } } }],
      ['a schema that takes anything', { configSchema: { type: 'object' } }],
      ['a name in small letters', { name: 'openai' }],
      ['a probe over plain HTTP', { probe: { method: 'GET', url: 'http://a.example', healthyStatuses: [200] } }],
      ['a probe that names what the config has not', { probe: { method: 'GET', url: 'https://{host}.example', healthyStatuses: [200] } }],
      ['a probe that is always healthy by nothing', { probe: { method: 'GET', url: 'https://a.example', healthyStatuses: [] } }],
    ])('a connector type with %s', async (_what, change) => {
      const rows = await snapshot(stage().db);
      const good = putType(stage(), 'NEVER_STORED');
      expect(expectDenied((await stage().ask({ ...good, input: { ...Object(good.input), ...change } })).result)).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
      expect(await snapshot(stage().db)).toBe(rows);
    });
  });

  test('tenants see the types that are registered, operators all of them with their probes', async () => {
    const [tenant, type] = [await stage().tenant(), await newType(stage())];
    const namesOf = async (ask: Ask): Promise<readonly string[]> => (await stage().do<{ items: { name: string }[] }>(ask)).items.map(({ name }) => name);
    const [own, all] = [byAdmin(tenant, 'connector_types.query', 'list'), stage().byOperator('connector_types.query', 'list_definitions')];
    expect(await namesOf(own)).toContain(type);
    await stage().do(removeType(stage(), type));
    expect(await namesOf(own)).not.toContain(type);
    expect(await namesOf(all)).toContain(type);
    expect(JSON.stringify(await stage().do(own))).not.toContain('"probe"');
    expect(expectDenied((await stage().ask(createIntegration(tenant, { connectorType: type }))).result)).toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('due are those in use that were not probed in time, of ACTIVE tenants alone', async () => {
    const tenant = await stage().tenant({ plan: 'PRO' });
    const ids = { enabled: await integration(stage(), tenant, 'ENABLED') };
    for (const status of ['CREATED', 'ERROR', 'DISABLED'] as const) await integration(stage(), tenant, status);
    const due = async (checkedBefore: Date): Promise<readonly string[]> =>
      (await stage().do<{ ids: string[] }>(stage().byOperator('integrations.query', 'due', { checkedBefore: checkedBefore.toISOString() }, tenant.id))).ids.toSorted();
    expect(await due(new Date())).toEqual([ids.enabled]);
    await stage().do(onIntegration(tenant, 'probe', ids.enabled));
    expect(await due(new Date(Date.now() - 60_000))).toEqual([]);
    expect(await due(new Date(Date.now() + 60_000))).toEqual([ids.enabled]);
    await stage().plantStatus(tenant, 'SUSPENDED');
    expect(await due(new Date(Date.now() + 60_000))).toEqual([]);
  });
}
