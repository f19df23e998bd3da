import { BACKENDS } from '@hoc/testbed/databases';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Relay } from '../../src/relay/relay.ts';
import { projectsIn, Stage } from './stage.ts';

const DAY_MS = 86_400_000;

interface DeadLetters {
  readonly items: readonly { readonly event: { readonly id: string }; readonly attempts: number; readonly reason: string; readonly replayedAt: string | null }[];
}

describe.each(BACKENDS)('webhooks on %s', (backend) => {
  let stage: Stage;
  beforeEach(async () => { stage = await Stage.open(backend); });
  afterEach(() => stage.close());

  test('a receiver is told of events from the making of its endpoint on, in their order, once each where nothing fails, with signatures that verify', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    await stage.projects(tenant, 2, 'before');
    const { secret } = await stage.webhook(tenant, receiver);
    const names = await stage.projects(tenant, 6);
    await stage.deliverAll(tenant);
    expect(projectsIn(receiver)).toEqual(names);
    expect(receiver.received.length).toBe(6);
    expect(receiver.verifiedBy(secret)).toMatchObject(names.map((name) => ({ type: 'project.created', data: { project: { name, tenantId: tenant.id } } })));
    expect(() => receiver.verifiedBy('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).toThrow();
  });

  test('it is told of the types that it asked for, and of another tenant\'s nothing', async () => {
    const [tenant, other, receiver] = [await stage.tenant(), await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, receiver, ['api_key.created', 'api_key.revoked']);
    await stage.projects(tenant, 2);
    await stage.projects(other, 2);
    const { key, token } = await stage.ask<{ key: { id: string }; token: string }>(tenant, 'api_keys.write', 'create', { name: 'k', environment: 'live', permissions: ['a:b'] });
    await stage.ask(tenant, 'api_keys.write', 'freeze', { keyId: key.id, reason: 'odd' });
    await stage.ask(tenant, 'api_keys.write', 'revoke', { keyId: key.id, reason: 'leaked' });
    await stage.deliverAll(tenant);
    await stage.deliverAll(other);
    expect(receiver.received.map(({ type, data }) => [type, (data['key'] as { id: string }).id])).toEqual([['api_key.created', key.id], ['api_key.revoked', key.id]]);
    const said = JSON.stringify(receiver.received);
    expect(said).not.toContain(token);
    expect(said).not.toMatch(/digest|pepper/i);
  });

  test('a receiver that fails gets every event at least once, and none before one that came earlier was taken', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, receiver);
    const names = await stage.projects(tenant, 5);
    let asked = 0;
    receiver.manners = () => [500, 503, 204, 404, 204, 302, 429, 204][(asked += 1) % 8] ?? 204;
    await stage.deliverAll(tenant);
    expect(projectsIn(receiver)).toEqual(names);
    // Between the first and the last arrival of one there is no other.
    const order = receiver.received.map(({ id }) => id);
    expect(order).toEqual([...order].toSorted((a, b) => receiver.firstArrivals.indexOf(a) - receiver.firstArrivals.indexOf(b)));
    expect(receiver.received.length).toBeGreaterThan(5);
  });

  test('a receiver that answers too late may get an event twice, never none, and never a later one before it', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { secret } = await stage.webhook(tenant, receiver);
    const names = await stage.projects(tenant, 2);
    const [first] = names;
    receiver.manners = ({ id }, response) => {
      const times = receiver.received.filter((received) => received.id === id).length;
      if (times > 1) return 204;
      setTimeout(() => response.writeHead(204).end(), 5500);
      return null;
    };
    await stage.deliver(tenant);
    expect(projectsIn(receiver)).toEqual([first]);
    receiver.manners = () => 204;
    await stage.deliverAll(tenant);
    stage.pass(10_000);
    await stage.deliverAll(tenant);
    expect(receiver.received.map(({ data }) => (data['project'] as { name: string }).name)).toEqual([first, ...names]);
    expect(receiver.verifiedBy(secret).length).toBe(3);
  });

  test('a receiver that is shut and opened again misses nothing', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, receiver);
    const before = await stage.projects(tenant, 2, 'before');
    await stage.deliver(tenant);
    await receiver.shut();
    const meanwhile = await stage.projects(tenant, 3, 'meanwhile');
    for (let turns = 0; turns < 5; turns += 1) {
      await stage.deliver(tenant);
      stage.pass(60_000);
    }
    await receiver.reopen();
    const after = await stage.projects(tenant, 2, 'after');
    await stage.deliverAll(tenant);
    expect(projectsIn(receiver)).toEqual([...before, ...meanwhile, ...after]);
  });

  test('an endpoint that fails holds up no other', async () => {
    const [tenant, broken, sound] = [await stage.tenant(), await stage.receiver(), await stage.receiver()];
    await stage.webhook(tenant, broken);
    await stage.webhook(tenant, sound);
    broken.manners = () => 500;
    const names = await stage.projects(tenant, 4);
    await stage.deliver(tenant);
    expect([projectsIn(broken), projectsIn(sound)]).toEqual([[names[0]], names]);
    expect(stage.waits.map(({ tenantId }) => tenantId)).toEqual([tenant.id]);
  });

  test('a slow receiver that takes what it is told ends its turn, however much waits for it', async () => {
    const [tenant, slow] = [await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, slow);
    slow.manners = (_, response) => {
      setTimeout(() => response.writeHead(204).end(), 1100);
      return null;
    };
    const names = await stage.projects(tenant, 4);
    expect(await stage.deliver(tenant)).toBe('MORE');
    expect(projectsIn(slow)).toEqual(names.slice(0, 2));
    await stage.deliverAll(tenant);
    expect(projectsIn(slow)).toEqual(names);
  });

  test('mail that hangs keeps no webhook waiting', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, receiver, ['project.created']);
    const names = await stage.projects(tenant, 1);
    const sent = Promise.withResolvers<void>();
    const send = vi.fn(() => sent.promise);
    const relay = new Relay({
      database: stage.composed.db.database, outbound: stage.outbound(), keks: stage.composed.vault.keks,
      mailer: { send, withinMs: 1000, close: () => {} }, log: { info: () => {}, warn: () => {}, error: () => {} }, clock: () => stage.now,
    });
    relay.wake(tenant.id);
    await vi.waitFor(() => expect(projectsIn(receiver)).toEqual(names), 5000);
    const [later] = await stage.projects(tenant, 1, 'later');
    relay.wake(tenant.id);
    await vi.waitFor(() => expect(projectsIn(receiver)).toEqual([...names, later]), 5000);
    expect(send).toHaveBeenCalledOnce();
    sent.resolve();
    await relay.stop();
  });

  test('after 24 hours of failing an event is a dead letter, and the next one has its turn', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver);
    const names = await stage.projects(tenant, 3);
    receiver.manners = ({ data }) => ((data['project'] as { name: string }).name === 'p1' ? 500 : 204);
    const began = stage.now.getTime();
    await stage.deliverAll(tenant);
    expect(projectsIn(receiver)).toEqual(names);
    expect(stage.now.getTime() - began).toBeGreaterThanOrEqual(DAY_MS);
    expect(stage.now.getTime() - began).toBeLessThan(DAY_MS + 3_600_000);
    const tries = receiver.received.filter(({ data }) => (data['project'] as { name: string }).name === 'p1');
    const { items } = await stage.ask<DeadLetters>(tenant, 'webhooks.query', 'dead_letters', { webhookId });
    expect(items).toMatchObject([{ event: { id: tries[0]?.id, type: 'project.created' }, attempts: tries.length, reason: 'The receiver answered 500.', replayedAt: null }]);
    // Seconds at first, an hour at the end.
    expect(tries.length).toBeGreaterThan(24);
    expect(tries.length).toBeLessThan(80);
    expect(await stage.ask(tenant, 'webhooks.query', 'get', { webhookId })).toMatchObject({ failingSince: null, attempts: 0 });
  });

  test('a dead letter is sent again when asked for, as the event that it was; where it fails again it is a dead letter again', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId, secret } = await stage.webhook(tenant, receiver, ['project.created']);
    const other = await stage.receiver();
    await stage.webhook(tenant, other);
    receiver.manners = () => 500;
    await stage.projects(tenant, 1);
    await stage.deliverAll(tenant);
    const [lost] = receiver.received;
    const letters = async () => (await stage.ask<DeadLetters>(tenant, 'webhooks.query', 'dead_letters', { webhookId })).items;
    const replay = { webhookId, eventId: lost?.id ?? '' };

    await stage.ask(tenant, 'webhooks.write', 'replay', replay);
    expect(await stage.refused(tenant, 'webhooks.write', 'replay', replay)).toBe('ALREADY_REPLAYED');
    await stage.deliverAll(tenant);
    expect(await letters()).toMatchObject([{ event: { id: lost?.id }, replayedAt: null }]);

    receiver.received.length = 0;
    receiver.manners = () => 204;
    await stage.ask(tenant, 'webhooks.write', 'replay', replay);
    await stage.deliverAll(tenant);
    expect(receiver.received).toMatchObject([{ id: lost?.id, body: lost?.body }]);
    expect((await letters())[0]?.replayedAt).not.toBeNull();
    // The library looks at the real time: only its signature is of interest here.
    expect(secret).toMatch(/^whsec_/);
    expect(other.received.length).toBe(1);
  });

  test.each(['disabled and enabled', 'given another list'])('a replay that was not sent before its endpoint was %s is sent', async (how) => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver, ['project.created']);
    receiver.manners = () => 500;
    await stage.projects(tenant, 1);
    await stage.deliverAll(tenant);
    const [lost] = receiver.received;
    receiver.received.length = 0;
    receiver.manners = () => 204;
    const isDisabled = how === 'disabled and enabled';
    if (isDisabled) await stage.ask(tenant, 'webhooks.write', 'update', { webhookId, version: 1, status: 'DISABLED' });
    await stage.ask(tenant, 'webhooks.write', 'replay', { webhookId, eventId: lost?.id });
    await stage.ask(tenant, 'webhooks.write', 'update', isDisabled ? { webhookId, version: 2, status: 'ENABLED' } : { webhookId, version: 1, eventTypes: ['project.archived'] });
    await stage.deliverAll(tenant);
    expect(receiver.received.map(({ id }) => id)).toEqual([lost?.id]);
  });

  test('what waits behind an event that fails is given up by its own age, not a day later each', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver);
    receiver.manners = () => 500;
    const began = stage.now.getTime();
    await stage.projects(tenant, 3);
    await stage.deliver(tenant);
    stage.pass(DAY_MS / 2);
    await stage.projects(tenant, 1, 'later');
    await stage.deliverAll(tenant);
    const { items } = await stage.ask<{ items: readonly { firstAttemptAt: string; buriedAt: string; attempts: number }[] }>(tenant, 'webhooks.query', 'dead_letters', { webhookId });
    const hours = items.map(({ buriedAt }) => Math.round((Date.parse(buriedAt) - began) / 3_600_000)).toReversed();
    expect(hours).toEqual([24, 24, 24, 36]);
    const [later, behind] = items;
    expect([behind?.attempts, Date.parse(behind?.firstAttemptAt ?? '') - began]).toEqual([1, DAY_MS]);
    // About an attempt each hour, or half of one: not seconds again.
    expect(later?.attempts).toBeLessThan(30);
    const failing = await stage.ask<{ failingSince: string }>(tenant, 'webhooks.query', 'get', { webhookId });
    expect(Date.parse(failing.failingSince)).toBe(began);
    receiver.manners = () => 204;
    await stage.projects(tenant, 1, 'mended');
    await stage.deliverAll(tenant);
    expect(await stage.ask(tenant, 'webhooks.query', 'get', { webhookId })).toMatchObject({ failingSince: null, attempts: 0 });
  });

  test('an event that becomes the next one, since the list was narrowed, has 24 hours and attempts of its own', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver, ['project.created', 'api_key.created']);
    receiver.manners = () => 500;
    await stage.projects(tenant, 1);
    for (let hours = 0; hours < 23; hours += 1) {
      await stage.deliver(tenant);
      stage.pass(3_600_000);
    }
    await stage.ask(tenant, 'api_keys.write', 'create', { name: 'k', environment: 'live', permissions: ['a:b'] });
    const toldAt = stage.now.getTime();
    expect(await stage.ask(tenant, 'webhooks.write', 'update', { webhookId, version: 1, eventTypes: ['api_key.created'] })).toMatchObject({ attempts: 0 });
    await stage.deliverAll(tenant);
    const { items } = await stage.ask<{ items: readonly { event: { type: string }; firstAttemptAt: string; buriedAt: string }[] }>(tenant, 'webhooks.query', 'dead_letters', { webhookId });
    expect(items.map(({ event, firstAttemptAt, buriedAt }) => [event.type, Date.parse(firstAttemptAt) - toldAt, Date.parse(buriedAt) - toldAt])).toEqual([['api_key.created', 0, DAY_MS]]);
  });

  test('what the last failed attempt met can be read at once, and the first is logged; a new address begins without it', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver);
    const webhook = () => stage.ask(tenant, 'webhooks.query', 'get', { webhookId });
    expect(await webhook()).toMatchObject({ lastFailure: null });
    await stage.projects(tenant, 1);
    await stage.deliver(tenant, stage.server({ outbound: stage.outbound({ networks: [] }) }));
    expect(await webhook()).toMatchObject({ lastFailure: { at: stage.now.toISOString(), reason: expect.stringContaining('ADDRESS_REFUSED') as string } });
    receiver.manners = () => 500;
    stage.pass(60_000);
    await stage.deliver(tenant);
    const failed = { at: stage.now.toISOString(), reason: 'The receiver answered 500.' };
    expect(await webhook()).toMatchObject({ attempts: 2, lastFailure: failed });
    expect(stage.logged).toMatchObject([{ tenantId: tenant.id, endpointId: webhookId, reason: expect.stringContaining('ADDRESS_REFUSED') as string }]);
    receiver.manners = () => 204;
    await stage.deliverAll(tenant);
    stage.pass(60_000);
    await stage.deliverAll(tenant);
    expect(await webhook()).toMatchObject({ failingSince: null, lastFailure: failed });
    expect(await stage.ask(tenant, 'webhooks.write', 'update', { webhookId, version: 1, url: `${receiver.url}?new` })).toMatchObject({ lastFailure: null });
  });

  test('servers that deliver at once send each event once, in order', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, receiver);
    const others = stage.composed.db.url === null ? [] : [openPostgres({ url: stage.composed.db.url })];
    const servers = [stage.server(), stage.server(), ...others.map((database) => stage.server({ database }))];
    try {
      const names = await stage.projects(tenant, 20);
      for (let rounds = 0; rounds < 60 && receiver.received.length < 20; rounds += 1) await Promise.all(servers.map((server) => stage.deliver(tenant, server)));
      expect(receiver.received.map(({ data }) => (data['project'] as { name: string }).name)).toEqual(names);
    } finally {
      await Promise.all(others.map((database) => database.close()));
    }
  });

  test('what a server that died had begun to tell, another tells once its claim has passed, and not before', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id } = await stage.webhook(tenant, receiver);
    const names = await stage.projects(tenant, 2);
    const dead = stage.server();
    const until = new Date(stage.now.getTime() + 10_000);
    const claim = await dead.deliveries.claimWebhook(tenant.id, id, { now: stage.now, until });
    expect(claim?.event.type).toBe('project.created');
    stage.pass(9999);
    await stage.deliver(tenant);
    expect(receiver.received).toEqual([]);
    stage.pass(1);
    await stage.deliverAll(tenant);
    expect(projectsIn(receiver)).toEqual(names);
  });

  test('a server that was away for longer than its claim moves nothing when it is back', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id } = await stage.webhook(tenant, receiver);
    await stage.projects(tenant, 2);
    const late = stage.server();
    const claim = await late.deliveries.claimWebhook(tenant.id, id, { now: stage.now, until: new Date(stage.now.getTime() + 10_000) });
    stage.pass(10_000);
    if (claim === null) throw new Error('nothing was claimed');
    const current = await stage.server().deliveries.claimWebhook(tenant.id, id, { now: stage.now, until: new Date(stage.now.getTime() + 10_000) });
    const behind = { seq: claim.event.seq, ordinal: claim.event.ordinal, failingSince: null, nextAttemptAt: null, attempts: 0, firstAttemptAt: null, failure: null };
    expect(await late.deliveries.settleWebhook(claim, behind, null)).toBe(false);
    if (current === null) throw new Error('nothing was claimed after the first claim had passed');
    expect([current.event.id, current.attempts]).toEqual([claim.event.id, 2]);
    expect(await stage.server().deliveries.settleWebhook(current, behind, null)).toBe(true);
    await stage.deliverAll(tenant);
    expect(projectsIn(receiver)).toEqual(['p1']);
  });

  test('a disabled endpoint is told nothing, and goes on where it stood when it is enabled', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver);
    await stage.ask(tenant, 'webhooks.write', 'update', { webhookId, version: 1, status: 'DISABLED' });
    const names = await stage.projects(tenant, 3);
    await stage.deliverAll(tenant);
    expect(receiver.received).toEqual([]);
    await stage.ask(tenant, 'webhooks.write', 'update', { webhookId, version: 2, status: 'ENABLED' });
    await stage.deliverAll(tenant);
    expect(projectsIn(receiver)).toEqual(names);
  });

  test('a type that an endpoint asks for later counts from then on; a new address is tried at once', async () => {
    const [tenant, receiver, moved] = [await stage.tenant(), await stage.receiver(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver, ['api_key.created']);
    await stage.projects(tenant, 2, 'before');
    await stage.ask(tenant, 'webhooks.write', 'update', { webhookId, version: 1, eventTypes: ['project.created'] });
    const names = await stage.projects(tenant, 2, 'after');
    receiver.manners = () => 500;
    for (let turns = 0; turns < 8; turns += 1) {
      await stage.deliver(tenant);
      stage.pass(60_000);
    }
    await stage.ask(tenant, 'webhooks.write', 'update', { webhookId, version: 2, url: moved.url });
    expect(await stage.ask(tenant, 'webhooks.query', 'get', { webhookId })).toMatchObject({ failingSince: null, attempts: 0, url: moved.url });
    await stage.deliver(tenant);
    expect(projectsIn(moved)).toEqual(names);
  });

  test('a deleted endpoint is told nothing more', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver);
    await stage.projects(tenant, 2);
    await stage.ask(tenant, 'webhooks.write', 'delete', { webhookId });
    await stage.deliverAll(tenant);
    expect(receiver.received).toEqual([]);
  });

  test('a rotated secret signs beside the new one for 24 hours', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId, secret } = await stage.webhook(tenant, receiver);
    const rotated = await stage.ask<{ secret: string; previousSecretExpiresAt: string }>(tenant, 'webhooks.write', 'rotate_secret', { webhookId });
    expect(Date.parse(rotated.previousSecretExpiresAt)).toBe(stage.now.getTime() + DAY_MS);
    await stage.projects(tenant, 1);
    await stage.deliverAll(tenant);
    expect(receiver.verifiedBy(secret)).toEqual(receiver.verifiedBy(rotated.secret));
    stage.pass(DAY_MS);
    await stage.projects(tenant, 1);
    await stage.deliverAll(tenant);
    expect(receiver.received.map(({ headers }) => headers['webhook-signature']?.split(' ').length)).toEqual([2, 1]);
  });

  test('a receiver at an address that the operator does not allow is not asked, and the tenant can read why', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id: webhookId } = await stage.webhook(tenant, receiver);
    await stage.projects(tenant, 1);
    await stage.deliverAll(tenant, stage.server({ outbound: stage.outbound({ networks: [] }) }));
    expect(receiver.received).toEqual([]);
    const { items } = await stage.ask<DeadLetters>(tenant, 'webhooks.query', 'dead_letters', { webhookId });
    expect(items).toMatchObject([{ reason: expect.stringContaining('ADDRESS_REFUSED') as string }]);
  });

  test('many events that an endpoint is not told of do not keep it behind, nor make it lose one that it is', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const { id } = await stage.webhook(tenant, receiver, ['project.archived']);
    await stage.composed.db.asOwner(
      `insert into outbox_events select $1, 1000 + n, 1, 'evt_many_' || n, case when n = 60 then 'project.archived' else 'project.created' end, '{"project":{"name":"old"}}', 'req', now()
       from generate_series(1, 300) as n`,
      [tenant.id],
    );
    await stage.deliverAll(tenant);
    expect(receiver.received.map((received) => received.id)).toEqual(['evt_many_60']);
    const [endpoint] = await stage.composed.db.asOwner<{ cursor: number }>('select cursor_seq::int as cursor from webhook_endpoints where tenant_id = $1 and id = $2', [tenant.id, id]);
    expect(endpoint?.cursor).toBe(1300);
  });
});
