import { BACKENDS } from '@hoc/testbed/databases';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { staysAtHome, takesNoFacts } from './bypass.ts';
import { chainsHold } from './chains.ts';
import { checksFailClosed, failClosed } from './faults.ts';
import { areGoverned } from './modes.ts';
import { allows, refuses } from './proof.ts';
import { entriesOf, snapshot } from './records.ts';
import { byAdmin, suspend, useStage } from './stage.ts';
import { webhookNegatives, webhookPositives } from './webhooks.cases.ts';
import { webhookFacts } from './webhooks.faults.ts';
import { webhookRaces } from './webhooks.races.ts';
import { bury, createWebhook, HOOK, makeWebhook } from './webhooks.steps.ts';
import { webhookWrites } from './webhooks.writes.ts';

/** What no tenant may choose, whatever it is written like. */
const BAD_URLS = [
  'http://acme.example/hook', 'acme.example', 'ftp://acme.example/', 'https://', 'https://user:secret@acme.example/', 'https://acme.example/#part', 'https://acme.example:25/',
  'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/', 'https://10.0.0.1/', 'https://169.254.169.254/latest/meta-data',
  'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[64:ff9b::7f00:1]/', 'https://[fe80::1]/', 'https://аcme.example/', 'https://acme.example./', 'https://acme。example/',
  'https://acme.example/\u0000', ' https://acme.example/', `https://acme.example/${'a'.repeat(3000)}`, '',
];

describe.each(BACKENDS)('webhooks on %s', (backend) => {
  const stage = useStage(backend);
  areGoverned(stage, 'BI-WEBHOOK-001', createWebhook);
  allows(stage, webhookPositives);
  refuses(stage, webhookNegatives);
  takesNoFacts(stage, 'webhooks.write', webhookWrites);
  staysAtHome(stage, ['webhooks.write', 'webhooks.query']);
  failClosed(stage, backend, webhookFacts);
  checksFailClosed(stage, webhookFacts);

  test.each(['SUSPENDED'] as const)('on a tenant that is %s, endpoints are read, changed, protected and taken away: BI-WEBHOOK-001 is not asked', async () => {
    const on = stage();
    const tenant = await on.tenant();
    const { id: webhookId } = await makeWebhook(on, tenant);
    const eventId = await bury(on, tenant, webhookId);
    await on.do(suspend(on, tenant));
    for (const [method, input] of [['rotate_secret', {}], ['update', { version: 2, eventTypes: ['project.created'] }], ['replay', { eventId }], ['delete', {}]] as const) {
      const { result, requestId } = await on.ask(byAdmin(tenant, 'webhooks.write', method, { webhookId, ...input }));
      expectOk(result);
      expect(await entriesOf(on.db, requestId)).toMatchObject([{ outcome: 'COMMITTED', invariants: [] }]);
    }
    for (const method of ['list', 'get', 'dead_letters']) {
      const { result } = await on.ask(byAdmin(tenant, 'webhooks.query', method, method === 'list' ? {} : { webhookId }));
      // It is deleted by now: nowhere to be found, and no error.
      expect(result.ok || result.denial.code === 'NOT_FOUND').toBe(true);
    }
  });

  test.each(BAD_URLS.map((url) => [url.slice(0, 60), url] as const))('a URL that may not be asked is refused by its field, in create and in update, and nothing is written: %j', async (_name, url) => {
    const on = stage();
    const tenant = await on.tenant();
    const { id: webhookId } = await makeWebhook(on, tenant);
    const rows = await snapshot(on.db);
    for (const ask of [createWebhook(tenant, { url }), byAdmin(tenant, 'webhooks.write', 'update', { webhookId, version: 1, url })]) {
      const denial = expectDenied((await on.ask(ask)).result);
      expect(denial).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
      expect(denial.errors ?? denial.data?.['errors']).toMatchObject([{ path: '/url' }]);
      // Whoever wrote a credential into it must not read it again in a log.
      expect(JSON.stringify(denial)).not.toContain('secret');
    }
    expect(await snapshot(on.db)).toBe(rows);
  });

  test('a URL is stored and shown as it is asked: normalised, an international host in its ASCII form', async () => {
    const on = stage();
    const tenant = await on.tenant();
    for (const [url, shown] of [['HTTPS://Acme.Example:443/Hook', 'https://acme.example/Hook'], ['https://bücher.example/', 'https://xn--bcher-kva.example/']] as const) {
      expect(await on.do(createWebhook(tenant, { url }))).toMatchObject({ webhook: { url: shown } });
    }
  });

  test.each([[[]], [['project.created', 'project.created']], [['*', 'project.created']], [['no.such']], [['onboarding.contact_confirmation_requested']], [['webhook.replay_requested']]])(
    'event types that cannot be told to an endpoint are refused: %j',
    async (eventTypes) => {
      const on = stage();
      expect(expectDenied((await on.ask(createWebhook(await on.tenant(), { eventTypes }))).result)).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
    },
  );

  test('a tenant has at most 20 endpoints, also where 24 are asked for at once; a deleted one makes room', async () => {
    const on = stage();
    const tenant = await on.tenant();
    const answers = await Promise.all(Array.from({ length: 24 }, () => on.ask(createWebhook(tenant))));
    expect(answers.filter(({ result }) => result.ok).length).toBe(20);
    expect(answers.filter(({ result }) => !result.ok).map(({ result }) => expectDenied(result).code)).toEqual(Array.from({ length: 4 }, () => 'WEBHOOK_LIMIT'));
    const { items } = await on.do<{ items: readonly { id: string }[] }>(byAdmin(tenant, 'webhooks.query', 'list'));
    await on.do(byAdmin(tenant, 'webhooks.write', 'delete', { webhookId: items[0]?.id }));
    await on.do(createWebhook(tenant));
  });

  test('a signing secret is in the one answer that made it: in no replay, no row, no audit entry and no event', async () => {
    const on = stage();
    const tenant = await on.tenant();
    const create = { ...createWebhook(tenant), idempotencyKey: 'once' };
    const made = expectOk<{ webhook: { id: string }; secret: string }>((await on.ask(create)).result);
    expect(expectOk((await on.ask(create)).result)).toEqual({ webhook: made.webhook, secret: null, secretShown: true });
    const rotate = { ...byAdmin(tenant, 'webhooks.write', 'rotate_secret', { webhookId: made.webhook.id }), idempotencyKey: 'twice' };
    const rotated = expectOk<{ secret: string; previousSecretExpiresAt: string }>((await on.ask(rotate)).result);
    expect(expectOk((await on.ask(rotate)).result)).toMatchObject({ secret: null, secretShown: true, previousSecretExpiresAt: rotated.previousSecretExpiresAt });
    const tables = ['webhook_endpoints', 'idempotency_records', 'audit_entries', 'outbox_events', 'violations'];
    const stored = await Promise.all(tables.map((table) => on.db.asOwner<{ row: string }>(`select record::text as "row" from ${table} as record`)));
    for (const { row } of stored.flat()) for (const { secret } of [made, rotated]) expect(row).not.toContain(secret.slice(6));
  });

  test('a secret that cannot be read any more is rotated into one that can', async () => {
    const on = stage();
    const tenant = await on.tenant();
    const { id: webhookId } = await makeWebhook(on, tenant);
    await on.db.asOwner(`update webhook_endpoints set sealed_secret = 'altered' where id = $1`, [webhookId]);
    expect(await on.do(byAdmin(tenant, 'webhooks.write', 'rotate_secret', { webhookId }))).toMatchObject({ secret: expect.stringMatching(/^whsec_/) as string, previousSecretExpiresAt: null });
  });

  test('two updates of one version: one wins, and the other is told so', async () => {
    const on = stage();
    const tenant = await on.tenant();
    const { id: webhookId } = await makeWebhook(on, tenant);
    const answers = await Promise.all(['a', 'b'].map((path) => on.ask(byAdmin(tenant, 'webhooks.write', 'update', { webhookId, version: 1, url: `${HOOK}/${path}` }))));
    expect(answers.map(({ result }) => (result.ok ? 'OK' : result.denial.code)).toSorted()).toEqual(['OK', 'VERSION_CONFLICT']);
  });

  chainsHold(stage);
});

describe('races of webhooks, on PostgreSQL', () => {
  const stage = useStage('postgres');
  webhookRaces(stage);
  chainsHold(stage);
});
