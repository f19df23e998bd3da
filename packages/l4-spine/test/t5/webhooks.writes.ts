import type { ReadyWrite } from './bypass.ts';
import { byAdmin } from './stage.ts';
import { bury, createWebhook, makeWebhook } from './webhooks.steps.ts';

/** A write of an endpoint that is there. */
const onEndpoint = (method: string, input: object = {}, own: readonly string[] = []): ReadyWrite => ({
  method, own,
  arrange: async (stage) => {
    const tenant = await stage.tenant();
    return byAdmin(tenant, 'webhooks.write', method, { webhookId: (await makeWebhook(stage, tenant)).id, ...input });
  },
});

/** Every write of webhooks, in a state in which it goes through. */
export const webhookWrites: readonly ReadyWrite[] = [
  { method: 'create', arrange: async (stage) => createWebhook(await stage.tenant()) },
  onEndpoint('update', { version: 1, status: 'DISABLED' }, ['status']),
  onEndpoint('delete'),
  onEndpoint('rotate_secret'),
  {
    method: 'replay',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: webhookId } = await makeWebhook(stage, tenant);
      return byAdmin(tenant, 'webhooks.write', 'replay', { webhookId, eventId: await bury(stage, tenant, webhookId) });
    },
  },
];
