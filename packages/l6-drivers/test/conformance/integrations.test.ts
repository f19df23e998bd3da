import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { PLATFORM } from '@hoc/l7-models/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AT, after, connectorTypeRow, dataKeyRow, integrationRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

describe.each(BACKENDS)('the drivers of integrations on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;
  let number = 0;
  const tenant = async (): Promise<string> => (await makeTenant(store, (number += 1))).id;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database);
  });
  afterAll(() => testDatabase.close());

  test('the six connector types of DOMAIN.md are there, enabled, each with a schema of objects and a probe', async () => {
    const types = await store.read(PLATFORM, ({ connectorTypes }) => connectorTypes.list());
    expect(types.map(({ name }) => name)).toStrictEqual(['ANTHROPIC', 'AZURE_OPENAI', 'BEDROCK', 'HTTP', 'OPENAI', 'SLACK_WEBHOOK']);
    for (const type of types) {
      expect(type).toMatchObject({ isEnabled: true, configSchema: { type: 'object', additionalProperties: false } });
      expect([type.name, type.probe.method, type.probe.url, type.probe.healthyStatuses.length > 0]).toStrictEqual([
        type.name, expect.stringMatching(/^(GET|HEAD|POST)$/), expect.stringMatching(/^(https:\/\/|\{)/), true,
      ]);
    }
  });

  test('a connector type comes back as it was written, every field of it, and keeps the time of its making when it is replaced', async () => {
    const put = (changes: object) => write(store, PLATFORM, ({ connectorTypes }) => connectorTypes.put(connectorTypeRow(changes)));
    expect(await put({})).toStrictEqual(connectorTypeRow());
    const { createdAt: _, ...next } = connectorTypeRow({ title: 'Wetter', isEnabled: false, credentialKind: 'NONE', configSchema: {}, updatedAt: after(9) });
    const second = { ...next, revision: 2, createdAt: AT };
    expect(await put({ ...next, createdAt: after(9) })).toStrictEqual(second);
    await write(store, (await tenant()), async ({ connectorTypes }) => {
      expect(await connectorTypes.lockForShare('WEATHER')).toStrictEqual(second);
      expect(await connectorTypes.lockForShare('NONE')).toBeNull();
    });
    expect(await write(store, PLATFORM, ({ connectorTypes }) => connectorTypes.lockForUpdate('WEATHER'))).toMatchObject({ title: 'Wetter' });
  });

  test('the type of an integration is locked by that integration: of the tenant that has it, unless it is deleted', async () => {
    const [id, other] = [await tenant(), await tenant()];
    await write(store, id, async ({ integrations }) => {
      await integrations.insert(integrationRow(id, 1, { connectorType: 'HTTP' }));
      await integrations.insert(integrationRow(id, 2, { connectorType: 'HTTP', deletedAt: AT }));
    });
    const locked = (tenantId: string, integrationId: string) => write(store, tenantId, ({ connectorTypes }) => connectorTypes.lockForShareOfIntegration(tenantId, integrationId));
    expect(await locked(id, 'int_1')).toStrictEqual(await store.read(PLATFORM, ({ connectorTypes }) => connectorTypes.get('HTTP')));
    expect([await locked(other, 'int_1'), await locked(id, 'int_2'), await locked(id, 'int_none')]).toStrictEqual([null, null, null]);
  });

  test('an integration comes back as it was written, every field of it', async () => {
    const id = await tenant();
    const full = integrationRow(id, 1, {
      sealedCredential: 'sealed', dataKeyId: 'dek_1', credentialOrigin: 'https://example.com', status: 'ERROR', health: 'FAILING', checkedAt: after(1), healthMessage: 'refused',
      lastProbeOk: false, probedRevision: 3,
      config: { deep: { list: [1, null, 'ü'] } },
    });
    await write(store, id, async ({ integrations, dataKeys }) => {
      await dataKeys.insert(dataKeyRow(id, 1));
      await integrations.insert(full);
      expect(await integrations.lockForUpdate(id, 'int_1')).toStrictEqual(full);
      expect(await integrations.lockForUpdate(id, 'int_none')).toBeNull();
    });
    expect(await store.read(id, ({ integrations }) => integrations.get(id, 'int_1'))).toStrictEqual(full);
  });

  test('an integration is saved only over the version that was expected; a deleted one is nowhere, and gives its name free', async () => {
    const id = await tenant();
    await write(store, id, ({ integrations }) => integrations.insert(integrationRow(id, 1)));
    const save = (changes: object, expected: number) =>
      write(store, id, ({ integrations }) => integrations.save(integrationRow(id, 1, { version: expected + 1, ...changes }), expected));
    const renamed = { name: 'Ä', nameFolded: 'ä', config: {}, status: 'ENABLED', updatedAt: after(5) } as const;
    expect(await save(renamed, 7)).toBeNull();
    expect(await save(renamed, 1)).toStrictEqual(integrationRow(id, 1, { ...renamed, version: 2 }));
    expect((await store.read(id, ({ integrations }) => integrations.findByName(id, 'ä')))?.id).toBe('int_1');
    await expect(write(store, id, ({ integrations }) => integrations.insert(integrationRow(id, 2, { nameFolded: 'ä' })))).rejects.toMatchObject({ code: '23505' });
    expect(await save({ ...renamed, deletedAt: after(6) }, 2)).toMatchObject({ deletedAt: after(6), version: 3 });
    await write(store, id, async ({ integrations }) => {
      const next = integrationRow(id, 1, { version: 4 });
      const found = [integrations.get(id, 'int_1'), integrations.lockForUpdate(id, 'int_1'), integrations.findByName(id, 'ä'), integrations.save(next, 3)];
      expect(await Promise.all(found)).toStrictEqual([null, null, null, null]);
      expect(await integrations.list(id, { limit: 9 })).toStrictEqual([]);
      await integrations.insert(integrationRow(id, 2, { nameFolded: 'ä' }));
    });
  });

  test('what a probe found is stored where nothing has changed since, and moves neither the version nor the time of the last change', async () => {
    const id = await tenant();
    await write(store, id, ({ integrations }) => integrations.insert(integrationRow(id, 1, { status: 'ENABLED' })));
    const record = (version: number, seconds: number, changes: object = {}) =>
      write(store, id, ({ integrations }) =>
        integrations.recordProbe(id, 'int_1', version, { status: 'ENABLED', health: 'HEALTHY', healthMessage: null, lastProbeOk: true, probedRevision: 7, checkedAt: after(seconds), ...changes }));
    expect(await record(2, 10)).toBeNull();
    expect(await record(1, 10)).toStrictEqual(integrationRow(id, 1, { status: 'ENABLED', health: 'HEALTHY', lastProbeOk: true, probedRevision: 7, checkedAt: after(10) }));
    expect(await record(1, 9)).toBeNull();
    const failed = { status: 'ERROR', health: 'FAILING', healthMessage: '401', lastProbeOk: false } as const;
    expect(await record(1, 11, failed)).toStrictEqual(integrationRow(id, 1, { ...failed, probedRevision: 7, checkedAt: after(11) }));
    await write(store, id, ({ integrations }) => integrations.save(integrationRow(id, 1, { version: 2, deletedAt: after(12) }), 1));
    expect(await record(2, 13)).toBeNull();
  });

  test('integrations are listed by every filter, page by page; due are those in use that were not probed in time; validated are the ENABLED ones whose last probe succeeded', async () => {
    const id = await tenant();
    await write(store, id, async ({ integrations }) => {
      await integrations.insert(integrationRow(id, 1, { status: 'ENABLED', health: 'HEALTHY', checkedAt: after(20), lastProbeOk: true, probedRevision: 1 }));
      await integrations.insert(integrationRow(id, 2, { status: 'ERROR', health: 'FAILING', checkedAt: after(10), lastProbeOk: false, probedRevision: 1, createdAt: after(1) }));
      await integrations.insert(integrationRow(id, 3, { status: 'ENABLED', connectorType: 'HTTP' }));
      await integrations.insert(integrationRow(id, 4, { status: 'DISABLED', checkedAt: after(1), lastProbeOk: true, probedRevision: 1 }));
      await integrations.insert(integrationRow(id, 5, { status: 'ENABLED', checkedAt: after(30), lastProbeOk: true, probedRevision: 1, deletedAt: after(31) }));
      expect((await integrations.lockValidatedForShare(id)).map((row) => row.id)).toStrictEqual(['int_1']);
    });
    await store.read(id, async ({ integrations }) => {
      const ids = async (filter: object) => (await integrations.list(id, { limit: 9, ...filter })).map((row) => row.id);
      expect(await ids({})).toStrictEqual(['int_4', 'int_3', 'int_2', 'int_1']);
      expect(await ids({ after: { createdAt: after(1), id: 'int_2' } })).toStrictEqual(['int_1']);
      expect(await ids({ status: 'ENABLED' })).toStrictEqual(['int_3', 'int_1']);
      expect(await ids({ connectorType: 'HTTP' })).toStrictEqual(['int_3']);
      expect(await ids({ health: 'FAILING' })).toStrictEqual(['int_2']);
      expect((await integrations.due(id, after(20), 9)).map((row) => row.id)).toStrictEqual(['int_3']);
      expect((await integrations.due(id, after(21), 9)).map((row) => row.id)).toStrictEqual(['int_3', 'int_1']);
      expect((await integrations.due(id, after(21), 1)).map((row) => row.id)).toStrictEqual(['int_3']);
    });
  });

  test('an integration counts as validated by the definition that its type has now, and only while that is registered; the type is locked with it', async () => {
    const id = await tenant();
    const put = (isEnabled: boolean) => write(store, PLATFORM, ({ connectorTypes }) => connectorTypes.put(connectorTypeRow({ name: 'MOVING', isEnabled })));
    const { revision } = await put(true);
    await write(store, id, ({ integrations }) => integrations.insert(integrationRow(id, 1, { status: 'ENABLED', connectorType: 'MOVING', checkedAt: AT, lastProbeOk: true, probedRevision: revision })));
    const validated = async () => [
      (await store.read(id, ({ integrations }) => integrations.listValidated(id))).length, (await write(store, id, ({ integrations }) => integrations.lockValidatedForShare(id))).length,
    ];
    expect(await validated()).toStrictEqual([1, 1]);
    await put(true);
    expect(await validated()).toStrictEqual([0, 0]);
    const { revision: last } = await put(false);
    await write(store, id, ({ integrations }) =>
      integrations.recordProbe(id, 'int_1', 1, { status: 'ENABLED', health: 'HEALTHY', healthMessage: null, lastProbeOk: true, probedRevision: last, checkedAt: after(1) }));
    expect(await validated()).toStrictEqual([0, 0]);
  });

  test('the counter of integrations is locked with what the plan allows', async () => {
    const id = await tenant();
    await write(store, id, ({ counters }) => counters.add(id, 'LIVE_INTEGRATIONS', 2));
    expect(await write(store, id, ({ counters }) => counters.lockWithCap(id, 'LIVE_INTEGRATIONS'))).toStrictEqual({ value: 2, cap: 3 });
  });

  test('the scan tells of every ENABLED integration what its type asks of it', async () => {
    const id = await tenant();
    await write(store, PLATFORM, ({ connectorTypes }) => connectorTypes.put(connectorTypeRow({ name: 'GONE', isEnabled: false })));
    await write(store, id, async ({ integrations }) => {
      await integrations.insert(integrationRow(id, 1, { status: 'ENABLED', connectorType: 'GONE', config: { a: 1 } }));
      await integrations.insert(integrationRow(id, 2, { connectorType: 'GONE' }));
      await integrations.insert(integrationRow(id, 3, { status: 'ENABLED', deletedAt: AT }));
    });
    expect(await store.read(id, ({ scans }) => scans.enabledIntegrations(id))).toStrictEqual([
      { subject: 'int_1', connectorType: 'GONE', config: { a: 1 }, isTypeEnabled: false, configSchema: connectorTypeRow().configSchema },
    ]);
  });

  test('a data key is found by its id, and is wrapped again only from what it was wrapped as', async () => {
    const id = await tenant();
    const [one, two] = [dataKeyRow(id, 1), dataKeyRow(id, 2, { kekId: 'k2' })];
    const next = { wrapped: 'again', kekId: 'k2' };
    await write(store, id, async ({ dataKeys }) => {
      await Promise.all([dataKeys.insert(one), dataKeys.insert(two)]);
      expect(await dataKeys.listWrappedOtherwise(id, 'k2')).toStrictEqual([one]);
      expect(await dataKeys.rewrap({ ...one, wrapped: 'another' }, next)).toBe(false);
      expect(await dataKeys.rewrap(one, next)).toBe(true);
    });
    await store.read(id, async ({ dataKeys }) => {
      expect(await dataKeys.byId(id, 'dek_1')).toStrictEqual({ ...one, ...next });
      expect(await dataKeys.byId(id, 'dek_none')).toBeNull();
      expect(await dataKeys.listWrappedOtherwise(id, 'k2')).toStrictEqual([]);
    });
  });
});
